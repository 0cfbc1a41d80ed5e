import type { Paint } from '../color.ts';

export interface Stage {
  write(text: string): void;
  readonly paint: Paint;
}

export interface Demo {
  readonly name: string;
  /** At most 80 columns. */
  readonly title: string;
  play(stage: Stage): Promise<void>;
}
