import { CAP_SYS_ADMIN } from '../abi/capability.ts';
import { EINVAL, EPERM } from '../abi/errno.ts';
import { CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWUTS } from '../abi/sched.ts';
import { S_IFREG } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import { putIpcNamespace } from '../ipc/namespace.ts';
import { exitSem } from '../ipc/sem.ts';
import { nsproxyOf, switchTaskNamespaces } from '../nsproxy.ts';
import { levelsOf, type PidNamespace } from '../pid.ts';
import { ptraceMayAccess } from '../ptrace/access.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { fdget, newFile } from './file.ts';
import { blankInode, DEV_NSFS } from './inode.ts';
import { NAMESPACES, type NamespaceRef } from './namespaces.ts';
import type { File, Inode } from './types.ts';

/** Namespaces as files: /proc/PID/ns and setns(2). Linux: fs/nsfs.c, kernel/nsproxy.c. */

export function namespaceInode(namespace: NamespaceRef): Inode {
  const inode = blankInode(namespace.ns.ino, 'anon', S_IFREG | 0o444);
  inode.dev = DEV_NSFS;
  inode.namespace = namespace;
  return inode;
}

/** An open file with one reference, which keeps the namespace. Linux: ns_get_path(). */
export function openNamespace(k: Kernel, inode: Inode, namespace: NamespaceRef, flags: number, path: string): File {
  const file = newFile(k, inode, flags, path);
  file.privateData = { kind: 'namespace', namespace };
  if (namespace.type === CLONE_NEWIPC) namespace.ns.count++;
  return file;
}

export function releaseNamespace(k: Kernel, namespace: NamespaceRef): void {
  if (namespace.type === CLONE_NEWIPC) putIpcNamespace(k, namespace.ns);
}

/** What the descriptor stands for, as far as `nstype` asks for it. Throws EBADF, EINVAL, EPERM. Linux: validate_nsset(). */
function wantedNamespaces(task: Task, fd: number, nstype: number): NamespaceRef[] {
  const { privateData } = fdget(task, fd);
  if (privateData?.kind === 'namespace') {
    const { namespace } = privateData;
    if (nstype !== 0 && nstype !== namespace.type) throw new SyscallError(EINVAL);
    return [namespace];
  }
  if (privateData?.kind !== 'pidfd') throw new SyscallError(EINVAL);
  const target = privateData.task;
  const all = Object.values(NAMESPACES).map((of) => of(target));
  const refs = all.filter((ref) => ref !== null).filter(({ type }) => (type & nstype) !== 0);
  const known = refs.reduce((flags, { type }) => flags | type, 0);
  if (nstype === 0 || (nstype & ~known) !== 0) throw new SyscallError(EINVAL);
  if (!ptraceMayAccess(task, target)) throw new SyscallError(EPERM);
  // pid_for_children is no namespace of the target's.
  return refs.filter(({ type, ns }) => type !== CLONE_NEWPID || ns === target.pidNs);
}

/** Only one's own pid namespace, or one below it. Linux: pidns_install(). */
function isBelow(ns: PidNamespace, active: PidNamespace): boolean {
  return levelsOf(ns).includes(active);
}

/** setns(2): 0 or -errno. Throws as wantedNamespaces. */
export function setNamespaces(k: Kernel, task: Task, fd: number, nstype: number): number {
  const refs = wantedNamespaces(task, fd, nstype);
  if (!capable(task.cred, CAP_SYS_ADMIN)) return -EPERM;
  const next = { ...nsproxyOf(task), count: 1 };
  for (const { type, ns } of refs) {
    if (type === CLONE_NEWPID) {
      if (!isBelow(ns, task.pidNs)) return -EINVAL;
      next.pidForChildren = ns;
    } else if (type === CLONE_NEWUTS) next.uts = ns;
    else if (type === CLONE_NEWIPC) next.ipc = ns;
    else if (type === CLONE_NEWCGROUP) next.cgroup = ns;
    else if (task.fs && task.fs.users > 1) return -EINVAL;
    else next.mnt = ns;
  }
  next.ipc.count++;
  if (next.ipc !== nsproxyOf(task).ipc) exitSem(k, task);
  if (next.mnt !== nsproxyOf(task).mnt && task.fs) Object.assign(task.fs, { root: k.state.root, cwd: k.state.root });
  switchTaskNamespaces(k, task, next);
  return 0;
}
