import { EINVAL, ENOTDIR } from '../abi/errno.ts';
import { S_ISLNK } from '../abi/stat.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { hostLookup, hostNames, hostReadlink, hostRefresh } from './hostfs.ts';
import { procFollow, procLookup, procNames } from './proc/index.ts';
import type { Inode, InodeKind } from './types.ts';

/** What directories and symbolic links of each kind can do. Linux: struct inode_operations. */
interface DentryOps {
  lookup?(k: Kernel, task: Task, dir: Inode, name: string): Inode | null;
  /** Names without `.` and `..`. */
  names?(k: Kernel, task: Task, dir: Inode): string[];
  /** The text of a link, or the inode itself where the link is a kernel object (/proc/PID/fd). */
  follow?(k: Kernel, task: Task, link: Inode): string | Inode;
}

const OPS: { readonly [kind in InodeKind]?: DentryOps } = {
  directory: {
    lookup: (_k, _task, dir, name) => dir.entries?.get(name) ?? null,
    names: (_k, _task, dir) => [...(dir.entries?.keys() ?? [])],
  },
  symlink: { follow: (_k, _task, link) => link.target },
  host: {
    lookup: (k, _task, dir, name) => hostLookup(k, dir, name),
    names: (k, _task, dir) => hostNames(k, dir),
    follow: (k, _task, link) => hostReadlink(k, link),
  },
  proc: { lookup: procLookup, names: procNames, follow: procFollow },
};

/** The entry `name` of a directory, or null. No permission is asked for. Throws ENOTDIR and the host's errors. */
export function lookupEntry(k: Kernel, task: Task, dir: Inode, name: string): Inode | null {
  const lookup = OPS[dir.kind]?.lookup;
  if (!lookup) throw new SyscallError(ENOTDIR);
  const inode = lookup(k, task, dir, name);
  // What is mounted in a directory of ours has the attributes that the host gives it now.
  if (inode?.kind === 'host' && dir.kind === 'directory') hostRefresh(k, inode);
  return inode;
}

export function directoryNames(k: Kernel, task: Task, dir: Inode): string[] {
  const names = OPS[dir.kind]?.names;
  if (!names) throw new SyscallError(ENOTDIR);
  return names(k, task, dir);
}

/** Where a symbolic link leads. Throws EINVAL when it is none. */
export function followLink(k: Kernel, task: Task, link: Inode): string | Inode {
  const follow = OPS[link.kind]?.follow;
  if (!follow || !S_ISLNK(link.mode)) throw new SyscallError(EINVAL);
  return follow(k, task, link);
}
