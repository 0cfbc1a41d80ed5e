import { EBADF } from '../abi/errno.ts';
import { POLLHUP } from '../abi/poll.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { anonFile, READABLE } from './anon-inode.ts';
import { fdget } from './file.ts';
import type { File } from './types.ts';

/** pidfd_open(2). Linux: kernel/fork.c pidfd_fops, fs/pidfs.c. */

const O_RDWR = 2;

/** An open pidfd with one reference, the caller's. `flags`: O_NONBLOCK. For pidfd_open and CLONE_PIDFD. Linux: pidfd_prepare(). */
export function pidfdFile(k: Kernel, task: Task, flags: number): File {
  return anonFile(k, { kind: 'pidfd', task }, flags | O_RDWR, '[pidfd]');
}

/** Woken when the process has ended. Linux: do_notify_pidfd(). */
export function pidfdChannel(pid: number): string {
  return `pidfd:${pid}`;
}

/** Readable when every thread of the process has ended; hung up once it is reaped. */
export function pidfdPoll(_k: Kernel, { privateData }: File): number {
  if (privateData?.kind !== 'pidfd') return 0;
  const { task } = privateData;
  if (task.state === 'dead') return READABLE | POLLHUP;
  return task.state === 'zombie' && task.signal.threads.length === 0 ? READABLE : 0;
}

/** The process behind a descriptor. Throws EBADF. Linux: pidfd_get_pid(). */
export function pidfdTask(task: Task, fd: number): { target: Task; flags: number } {
  const { privateData, flags } = fdget(task, fd);
  if (privateData?.kind !== 'pidfd') throw new SyscallError(EBADF);
  return { target: privateData.task, flags };
}
