import { ENOSYS } from '../abi/errno.ts';
import { syscallName } from '../abi/unistd.ts';
import type { IsaName } from '../ports.ts';
import { ADJTIMEX_ROWS } from './adjtimex.ts';
import { CLONE_ROWS } from './clone.ts';
import { DIR_ROWS } from './dir.ts';
import { EPOLL_ROWS } from './epoll.ts';
import { EVENTFD_ROWS } from './eventfd.ts';
import { FD_ROWS } from './fd.ts';
import { FUTEX_ROWS } from './futex.ts';
import { IDS_ROWS } from './ids.ts';
import { IOCTL_ROWS } from './ioctl.ts';
import { MEMORY_ROWS } from './memory.ts';
import { MISC_ROWS } from './misc.ts';
import { OPEN_ROWS } from './open.ts';
import { PATH_ROWS } from './path.ts';
import { PIDFD_ROWS } from './pidfd.ts';
import { PIPE_ROWS } from './pipe.ts';
import { POLL_ROWS } from './poll.ts';
import { POSIX_TIMER_ROWS } from './posix-timers.ts';
import { PROCESS_ROWS } from './process.ts';
import { PTRACE_ROWS } from './ptrace.ts';
import { RANDOM_ROWS } from './random.ts';
import { READ_WRITE_ROWS } from './read-write.ts';
import type { SyscallRow } from './row.ts';
import { SIGNAL_ROWS } from './signal.ts';
import { SIGNALFD_ROWS } from './signalfd.ts';
import { STAT_ROWS } from './stat.ts';
import { STATFS_ROWS } from './statfs.ts';
import { TIME_ROWS } from './time.ts';
import { TIMERFD_ROWS } from './timerfd.ts';
import { XATTR_ROWS } from './xattr.ts';

/** Every system call there is, in the order of its file. */
export const SYSCALLS: readonly SyscallRow[] = [
  CLONE_ROWS,
  PROCESS_ROWS,
  MEMORY_ROWS,
  SIGNAL_ROWS,
  FUTEX_ROWS,
  OPEN_ROWS,
  READ_WRITE_ROWS,
  STAT_ROWS,
  DIR_ROWS,
  PATH_ROWS,
  FD_ROWS,
  PIPE_ROWS,
  POLL_ROWS,
  EPOLL_ROWS,
  EVENTFD_ROWS,
  SIGNALFD_ROWS,
  TIMERFD_ROWS,
  PIDFD_ROWS,
  IOCTL_ROWS,
  STATFS_ROWS,
  XATTR_ROWS,
  TIME_ROWS,
  POSIX_TIMER_ROWS,
  ADJTIMEX_ROWS,
  IDS_ROWS,
  MISC_ROWS,
  RANDOM_ROWS,
  PTRACE_ROWS,
].flat();

const TABLES = new Map<IsaName, Map<number, SyscallRow>>();

for (const row of SYSCALLS) {
  for (const [isa, nr] of Object.entries(row.nr) as [IsaName, number][]) {
    const table = TABLES.get(isa) ?? new Map<number, SyscallRow>();
    TABLES.set(isa, table);
    const other = table.get(nr);
    if (other) throw new Error(`system call ${nr} on ${isa} is both ${other.name} and ${row.name}`);
    table.set(nr, row);
  }
}

/** The row with this number, or undefined when the call is not there. */
export function findRow(isa: IsaName, nr: number): SyscallRow | undefined {
  return TABLES.get(isa)?.get(nr);
}

/** A row for a number without one: six raw arguments, and -ENOSYS. */
export function absentRow(isa: IsaName, nr: number): SyscallRow {
  const args = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 'hex'] as const);
  const name = syscallName(isa, nr) ?? `syscall_0x${nr.toString(16)}`;
  return { name, nr: { [isa]: nr }, args, ret: 'int', handler: () => -ENOSYS, absent: true };
}
