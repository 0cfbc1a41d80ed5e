import { CAP_SYS_ADMIN } from './abi/capability.ts';
import { EBADF, EINVAL, EPERM } from './abi/errno.ts';
import {
  CLONE_INTO_CGROUP,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
} from './abi/sched.ts';
import { capable } from './commoncap.ts';
import { type IpcNamespace, newIpcNamespace, putIpcNamespace } from './ipc/namespace.ts';
import { mayMakePidNamespace, newPidNamespace, type PidNamespace, rootPidNamespace } from './pid.ts';
import type { Kernel } from './state.ts';
import type { Task } from './task.ts';

/**
 * The namespaces of a task but that of its own pid. Linux: kernel/nsproxy.c.
 *
 * PID, UTS and IPC namespaces are there. Mount namespaces too, every new one being a copy, as no system call changes what is
 * mounted; and those of cgroups, of which there is one. Network, time and user namespaces are EINVAL, as on a kernel that was built
 * without them.
 */

/** Host and domain name. Linux: struct uts_namespace. */
export interface UtsNamespace {
  ino: number;
  nodename: string;
  domainname: string;
}

/** A namespace of which there is no more than the number. */
export interface BareNamespace {
  ino: number;
}

/** Linux: struct nsproxy. Shared by tasks; never changed, but replaced as a whole. */
export interface Nsproxy {
  count: number;
  uts: UtsNamespace;
  ipc: IpcNamespace;
  mnt: BareNamespace;
  cgroup: BareNamespace;
  pidForChildren: PidNamespace;
}

/** include/linux/proc_ns.h: inode numbers of the first namespaces. The mount namespace's is the first that is handed out. */
const PROC_CGROUP_INIT_INO = 0xeffffffb;
const PROC_UTS_INIT_INO = 0xeffffffe;
const PROC_IPC_INIT_INO = 0xefffffff;
export const PROC_DYNAMIC_FIRST = 0xf0000000;

/** What the first process gets. */
export function firstNsproxy(hostname: string): Nsproxy {
  return {
    count: 1,
    uts: { ino: PROC_UTS_INIT_INO, nodename: hostname, domainname: '(none)' },
    ipc: newIpcNamespace(PROC_IPC_INIT_INO),
    mnt: { ino: PROC_DYNAMIC_FIRST },
    cgroup: { ino: PROC_CGROUP_INIT_INO },
    pidForChildren: rootPidNamespace(),
  };
}

/** The task's namespaces; throws when it has exited, which is our own fault. */
export function nsproxyOf(task: Task): Nsproxy {
  if (!task.nsproxy) throw new Error(`task ${task.pid} has no namespaces`);
  return task.nsproxy;
}

/** A flag of clone3 above the 32 bits that `&` can see. */
export function hasHigh(flags: number, flag: number): boolean {
  return Math.floor(flags / flag) % 2 === 1;
}

/** The flags that make namespaces. NEWTIME is one of unshare and clone3, not of clone. */
export const NAMESPACE_FLAGS =
  CLONE_NEWNS |
  CLONE_NEWCGROUP |
  CLONE_NEWUTS |
  CLONE_NEWIPC |
  CLONE_NEWUSER |
  CLONE_NEWPID |
  CLONE_NEWNET |
  CLONE_NEWTIME;
/** Those for which CAP_SYS_ADMIN is needed. */
const ADMIN = NAMESPACE_FLAGS & ~CLONE_NEWUSER;
const ABSENT = CLONE_NEWNET | CLONE_NEWTIME;
const PRESENT = ADMIN & ~ABSENT;

/**
 * Whether the task may make what the flags of clone or unshare ask for: 0 or -errno. CLONE_INTO_CGROUP is EBADF, for no descriptor
 * is a cgroup's. Linux: copy_creds(), copy_namespaces(), cgroup_css_set_fork().
 */
export function checkNamespaces(task: Task, flags: number): number {
  if (flags & CLONE_NEWUSER) return -EINVAL;
  if (flags & ADMIN) {
    if (!capable(task.cred, CAP_SYS_ADMIN)) return -EPERM;
    if (flags & ABSENT) return -EINVAL;
  }
  return hasHigh(flags, CLONE_INTO_CGROUP) ? -EBADF : 0;
}

/** Share them all, or make those anew that the flags name; -EINVAL, -ENOSPC. Linux: copy_namespaces(). */
export function copyNamespaces(k: Kernel, task: Task, flags: number): Nsproxy | number {
  const old = nsproxyOf(task);
  if (flags & PRESENT) return createNewNamespaces(k, task, old, flags);
  return getNsproxy(old);
}

/** One more task uses them. */
export function getNsproxy(nsproxy: Nsproxy): Nsproxy {
  nsproxy.count++;
  return nsproxy;
}

function createNewNamespaces(k: Kernel, task: Task, old: Nsproxy, flags: number): Nsproxy | number {
  const refused = flags & CLONE_NEWPID ? mayMakePidNamespace(task.pidNs, old.pidForChildren) : 0;
  if (refused !== 0) return refused;
  const ino = (): number => k.state.nextNsIno++;
  const pidForChildren = flags & CLONE_NEWPID ? newPidNamespace(ino(), old.pidForChildren) : old.pidForChildren;
  const ipc = flags & CLONE_NEWIPC ? newIpcNamespace(ino()) : old.ipc;
  if (ipc === old.ipc) ipc.count++;
  return {
    count: 1,
    uts: flags & CLONE_NEWUTS ? { ...old.uts, ino: ino() } : old.uts,
    ipc,
    mnt: flags & CLONE_NEWNS ? { ino: ino() } : old.mnt,
    cgroup: flags & CLONE_NEWCGROUP ? { ino: ino() } : old.cgroup,
    pidForChildren,
  };
}

/** Linux: put_nsproxy(). */
export function putNsproxy(k: Kernel, nsproxy: Nsproxy): void {
  if (--nsproxy.count === 0) putIpcNamespace(k, nsproxy.ipc);
}

/** The task goes over to other namespaces; the reference is its own. Linux: switch_task_namespaces(). */
export function switchTaskNamespaces(k: Kernel, task: Task, nsproxy: Nsproxy | null): void {
  const old = task.nsproxy;
  task.nsproxy = nsproxy;
  if (old) putNsproxy(k, old);
}

/** unshare(2) of namespaces. 0 or -errno. Linux: unshare_nsproxy_namespaces(). */
export function unshareNamespaces(k: Kernel, task: Task, flags: number): number {
  if ((flags & NAMESPACE_FLAGS) === 0) return 0;
  const refused = checkNamespaces(task, flags);
  if (refused !== 0) return refused;
  const nsproxy = createNewNamespaces(k, task, nsproxyOf(task), flags);
  if (typeof nsproxy === 'number') return nsproxy;
  switchTaskNamespaces(k, task, nsproxy);
  return 0;
}
