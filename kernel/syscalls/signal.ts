import { KILL_ROWS } from './kill.ts';
import type { SyscallRow } from './row.ts';
import { SIGACTION_ROWS } from './sigaction.ts';
import { SIGMASK_ROWS } from './sigmask.ts';
import { SIGWAIT_ROWS } from './sigwait.ts';

/** The calls of signal(7). */
export const SIGNAL_ROWS: readonly SyscallRow[] = [...SIGACTION_ROWS, ...SIGMASK_ROWS, ...SIGWAIT_ROWS, ...KILL_ROWS];
