import type { TimerfdCtx } from '../fs/anon-types.ts';

/** A timer of timer_create(2). Linux: struct k_itimer. */
export interface PosixTimer {
  kind: 'posix';
  id: number;
  tgid: number;
  clock: number;
  /** SIGEV_*; the thread of SIGEV_THREAD_ID, else 0. */
  notify: number;
  tid: number;
  signo: number;
  value: number;
  /** Instant of its next expiry: of virtual time, or of the CPU clock that it follows; 0 when it is off. */
  expiresNs: number;
  intervalNs: number;
  /** An instant of the time of day: moves when that is set. */
  realtime: boolean;
  /** Its signal waits to be delivered, and the timer to be started again then. */
  signalled: boolean;
  /** What timer_getoverrun tells. */
  overrunLast: number;
}

/** What `KernelState.armedTimers` holds: the owner of each timer that is to fire. */
export type ArmedTimer = PosixTimer | TimerfdCtx;
