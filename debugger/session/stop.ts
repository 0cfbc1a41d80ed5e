import type { VirtAddr } from '../../kernel/ports.ts';
import type { Caught } from './points.ts';

/**
 * Why the session stands where it stands. `t` is the instant at which the machine was stopped for it, going forward; `at` that
 * of the instruction that did it, at which a search backwards stands.
 */
export type Stop =
  | { readonly kind: 'breakpoint'; readonly id: number; readonly at: number; readonly pid: number }
  | WatchStop
  | {
      readonly kind: 'caught';
      /** 0 for what always stops: a process killed by a signal. */
      readonly id: number;
      readonly at: number;
      readonly pid: number;
      readonly what: Caught;
      readonly text: string;
    }
  /** A number of steps, a function's end, or an instant has been reached. */
  | { readonly kind: 'there' }
  | { readonly kind: 'done' }
  | { readonly kind: 'idle' }
  /** Nothing is recorded before. */
  | { readonly kind: 'beginning' }
  | { readonly kind: 'interrupted' }
  /** What comes next cannot be known: the recording ends, or an edit made the machine ask for what it does not have. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface WatchStop {
  readonly kind: 'watchpoint';
  readonly id: number;
  readonly at: number;
  readonly pid: number;
  readonly pc: VirtAddr;
  readonly write: boolean;
  /** `user`: an edit. */
  readonly by: 'instruction' | 'kernel' | 'user';
  /** The whole range. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}
