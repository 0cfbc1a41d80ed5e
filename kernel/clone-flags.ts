import { EBADF, EINVAL, EPERM } from './abi/errno.ts';
import {
  CLONE_CLEAR_SIGHAND,
  CLONE_DETACHED,
  CLONE_FS,
  CLONE_INTO_CGROUP,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
} from './abi/sched.ts';
import type { KernelCloneArgs } from './fork.ts';
import type { Task } from './task.ts';

/**
 * Which flags of clone are refused, and how. Those that are not named here are honoured by copyProcess, or ask for what is so
 * anyway: there are no io contexts (CLONE_IO) and no System V semaphores (CLONE_SYSVSEM) to share or keep apart.
 */

/** A flag of clone3 above the 32 bits that `&` can see. */
function hasHigh(flags: number, flag: number): boolean {
  return Math.floor(flags / flag) % 2 === 1;
}

/** Combinations that make no sense. Linux: the heads of kernel_clone() and copy_process(). */
export function checkCloneFlags({ flags, pidfd, parentTid }: KernelCloneArgs): number {
  const has = (...wanted: number[]): boolean => wanted.every((flag) => (flags & flag) !== 0);
  if (has(CLONE_PIDFD, CLONE_PARENT_SETTID) && pidfd === parentTid) return -EINVAL;
  if (has(CLONE_NEWNS, CLONE_FS) || has(CLONE_NEWUSER, CLONE_FS)) return -EINVAL;
  if (has(CLONE_THREAD) && !has(CLONE_SIGHAND)) return -EINVAL;
  if (has(CLONE_SIGHAND) && !has(CLONE_VM)) return -EINVAL;
  if (has(CLONE_THREAD, CLONE_NEWUSER) || has(CLONE_THREAD, CLONE_NEWPID)) return -EINVAL;
  if (has(CLONE_PIDFD, CLONE_DETACHED) || has(CLONE_PIDFD, CLONE_THREAD)) return -EINVAL;
  if (hasHigh(flags, CLONE_CLEAR_SIGHAND) && has(CLONE_SIGHAND)) return -EINVAL;
  return 0;
}

/** Namespaces that a process with CAP_SYS_ADMIN alone may make. NEWTIME is a flag of clone3 only. */
const ADMIN = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWTIME;
/** As on a kernel that was built without them: EINVAL. Mount namespaces cannot be left out, and a new one is a copy. */
const ABSENT = CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME;

/**
 * CLONE_NEWNS is honoured, as no system call changes what is mounted; CLONE_NEWCGROUP too, there being no cgroups, as on a
 * kernel without them. CLONE_INTO_CGROUP is EBADF, for no descriptor is a cgroup's. The other namespaces are EINVAL, and EPERM
 * for whom Linux would not let make them. Linux: copy_creds(), copy_namespaces(), cgroup_css_set_fork().
 */
export function checkNamespaces(parent: Task, flags: number): number {
  if (flags & CLONE_NEWUSER) return -EINVAL;
  if (flags & ADMIN) {
    if (parent.cred.euid !== 0) return -EPERM;
    if (flags & ABSENT) return -EINVAL;
  }
  return hasHigh(flags, CLONE_INTO_CGROUP) ? -EBADF : 0;
}
