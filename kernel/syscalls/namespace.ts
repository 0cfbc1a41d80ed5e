import { EINVAL } from '../abi/errno.ts';
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWIPC,
  CLONE_NEWNS,
  CLONE_NEWUSER,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VM,
} from '../abi/sched.ts';
import { copyFs, unshareFiles } from '../fs/file.ts';
import { setNamespaces } from '../fs/nsfs.ts';
import { exitSem } from '../ipc/sem.ts';
import { NAMESPACE_FLAGS, unshareNamespaces } from '../nsproxy.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** Namespaces, and whatever else a task shares with others. Linux: kernel/fork.c, kernel/nsproxy.c. */

/** What threads have in common cannot be made their own. */
const OF_THREADS = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
const KNOWN = NAMESPACE_FLAGS | OF_THREADS | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM;

/** Linux: ksys_unshare(), check_unshare_flags(). */
function unshare(k: Kernel, task: Task, asked: number): number {
  let flags = asked;
  if (flags & CLONE_NEWUSER) flags |= CLONE_THREAD;
  if (flags & (CLONE_NEWUSER | CLONE_NEWNS)) flags |= CLONE_FS;
  if (flags & ~KNOWN) return -EINVAL;
  if (flags & OF_THREADS && task.signal.threads.length > 1) return -EINVAL;
  if (flags & (CLONE_SIGHAND | CLONE_VM) && task.sighand.count > 1) return -EINVAL;
  if (flags & CLONE_VM && (task.mm?.users ?? 1) > 1) return -EINVAL;
  const result = unshareNamespaces(k, task, flags);
  if (result !== 0) return result;
  if (flags & CLONE_FS && task.fs && task.fs.users > 1) {
    task.fs.users--;
    task.fs = copyFs(task.fs);
  }
  if (flags & CLONE_FILES) unshareFiles(task);
  // A new IPC namespace knows nothing of the old one's semaphores.
  if (flags & (CLONE_SYSVSEM | CLONE_NEWIPC)) exitSem(k, task);
  return 0;
}

/** unshare(2). */
export const sys_unshare: SyscallRow = {
  name: 'unshare',
  nr: { i386: 310, x86_64: 272, arm: 337 },
  args: [['flags', 'cloneflags']],
  ret: 'int',
  handler: (k, task, [flags = 0]) => unshare(k, task, flags),
};

/** setns(2). */
export const sys_setns: SyscallRow = {
  name: 'setns',
  nr: { i386: 346, x86_64: 308, arm: 375 },
  args: [
    ['fd', 'fd'],
    ['nstype', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, nstype = 0]) => setNamespaces(k, task, fd, nstype),
};

export const NAMESPACE_ROWS: readonly SyscallRow[] = [sys_unshare, sys_setns];
