import { EINVAL } from './abi/errno.ts';
import {
  CLONE_CLEAR_SIGHAND,
  CLONE_DETACHED,
  CLONE_FS,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_PARENT,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
} from './abi/sched.ts';
import type { KernelCloneArgs } from './fork.ts';
import { hasHigh, nsproxyOf } from './nsproxy.ts';
import type { Task } from './task.ts';

/**
 * Which flags of clone are refused, and how. Those that are not named here are honoured by copyProcess, or ask for what is so
 * anyway: there are no io contexts (CLONE_IO) to share or keep apart. Namespaces are seen to in nsproxy.ts.
 */

/** Combinations that make no sense. Linux: the heads of kernel_clone() and copy_process(). */
export function checkCloneFlags(parent: Task, { flags, pidfd, parentTid }: KernelCloneArgs): number {
  const has = (wanted: number): boolean => (flags & wanted) === wanted;
  if (has(CLONE_PIDFD | CLONE_PARENT_SETTID) && pidfd === parentTid) return -EINVAL;
  if (has(CLONE_NEWNS | CLONE_FS) || has(CLONE_NEWUSER | CLONE_FS)) return -EINVAL;
  if (has(CLONE_THREAD) && !has(CLONE_SIGHAND)) return -EINVAL;
  if (has(CLONE_SIGHAND) && !has(CLONE_VM)) return -EINVAL;
  // An init would have a sibling that its own parent need not reap.
  if (has(CLONE_PARENT) && parent.signal.unkillable) return -EINVAL;
  if (has(CLONE_THREAD) && nsproxyOf(parent).pidForChildren !== parent.pidNs) return -EINVAL;
  if (has(CLONE_THREAD | CLONE_NEWUSER) || has(CLONE_THREAD | CLONE_NEWPID)) return -EINVAL;
  if (has(CLONE_PIDFD | CLONE_DETACHED) || has(CLONE_PIDFD | CLONE_THREAD)) return -EINVAL;
  if (hasHigh(flags, CLONE_CLEAR_SIGHAND) && has(CLONE_SIGHAND)) return -EINVAL;
  return 0;
}
