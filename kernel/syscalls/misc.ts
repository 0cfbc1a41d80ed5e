import { NAMESPACE_ROWS } from './namespace.ts';
import { PRCTL_ROWS } from './prctl.ts';
import { RLIMIT_ROWS } from './rlimit.ts';
import type { SyscallRow } from './row.ts';
import { SCHED_ROWS } from './sched.ts';
import { UNAME_ROWS } from './uname.ts';

/** The system, the scheduler, limits and settings of a process. */
export const MISC_ROWS: readonly SyscallRow[] = [
  ...UNAME_ROWS,
  ...SCHED_ROWS,
  ...RLIMIT_ROWS,
  ...PRCTL_ROWS,
  ...NAMESPACE_ROWS,
];
