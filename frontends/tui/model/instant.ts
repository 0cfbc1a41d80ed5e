import type { CodeView } from './code.ts';
import type { EventView } from './events.ts';
import type { RegisterView } from './registers.ts';
import type { StackView } from './stack.ts';
import type { TimelineView } from './timeline.ts';

/** Everything that a screen shows, of one instant: nothing in it changes, and no part is older or newer than the others. */
export interface Instant {
  readonly t: number;
  readonly end: number;
  /** `t=412/1093  pid 1001 (vfork child of 1000)  i386  at vfork+9  [recorded]` */
  readonly status: string;
  /** Of the process that the screen is about. */
  readonly wordBytes: number;
  readonly code: CodeView;
  readonly stack: StackView;
  /** The process that the screen is about and the one that goes with it, the older one first. */
  readonly registers: readonly RegisterView[];
  /** Lines that the guest has written until now, the last ones. */
  readonly output: readonly string[];
  /** What the kernel has told until now, the last ones. */
  readonly events: readonly EventView[];
  readonly timeline: TimelineView;
}
