import type { Debugger } from './debugger.ts';

/** One verb of the line debugger. */
export interface DebugCommand {
  /** The full name first, then what is typed instead. */
  readonly names: readonly string[];
  /** What stands behind the name. */
  readonly usage: string;
  readonly help: string;
  /** A line that a user could type. */
  readonly example?: string;
  /** An empty line does it again. */
  readonly repeats?: boolean;
  run(debug: Debugger, args: string): Promise<void> | void;
}
