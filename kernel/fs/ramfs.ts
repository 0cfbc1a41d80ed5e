import { CAP_FSETID } from '../abi/capability.ts';
import { EACCES, EEXIST, EPERM, EROFS } from '../abi/errno.ts';
import { S_IFMT, S_IFREG, S_ISDIR, S_ISGID } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { forgetIfUnused } from './file.ts';
import { newInode, touchChanged, touchModified } from './inode.ts';
import { inodePermission, isReadOnly, MAY_EXEC, MAY_WRITE } from './permission.ts';
import type { Inode, InodeKind } from './types.ts';

/** Entries of the directories in RAM: making, linking, removing. Linux: fs/libfs.c simple_link() and so on. */

/** Entries can be made in this directory: EROFS on a host mount, EACCES in /proc, EACCES by permission. */
export function mayCreateIn(task: Task, dir: Inode): void {
  if (isReadOnly(dir)) throw new SyscallError(EROFS);
  if (dir.kind !== 'directory') throw new SyscallError(EACCES);
  inodePermission(task.cred, dir, MAY_WRITE | MAY_EXEC);
}

/**
 * A new inode under `name`, owned by the task, its mode cut by the umask. Linux: vfs_create(), vfs_mkdir(),
 * vfs_mknod().
 */
export function createEntry(
  k: Kernel,
  task: Task,
  dir: Inode,
  name: string,
  node: { kind: InodeKind; mode: number; keepMode?: boolean },
): Inode {
  mayCreateIn(task, dir);
  const umask = node.keepMode ? 0 : (task.fs?.umask ?? 0);
  const inode = newInode(k, node.kind, (node.mode & S_IFMT) | (node.mode & 0o7777 & ~umask), task.cred);
  inheritGroup(task, dir, inode);
  addEntry(k, dir, name, inode);
  return inode;
}

/** A directory with the set-group-id bit gives its group on. Linux: inode_init_owner(). */
function inheritGroup(task: Task, dir: Inode, inode: Inode): void {
  if (!(dir.mode & S_ISGID)) return;
  inode.gid = dir.gid;
  if (S_ISDIR(inode.mode)) inode.mode |= S_ISGID;
  else if (!capable(task.cred, CAP_FSETID) && inode.mode & 0o10 && task.cred.fsgid !== dir.gid) inode.mode &= ~S_ISGID;
}

/** Enter an inode under a name that is free; nlink of the inode itself is the caller's. */
export function addEntry(k: Kernel, dir: Inode, name: string, inode: Inode): void {
  if (dir.entries?.has(name)) throw new SyscallError(EEXIST);
  dir.entries?.set(name, inode);
  inode.parent = dir;
  inode.name = name;
  if (S_ISDIR(inode.mode)) dir.nlink++;
  touchModified(k, dir);
}

/**
 * Take the name away and one link of the inode with it (a directory loses both of its own). Linux: simple_unlink(),
 * simple_rmdir().
 */
export function removeEntry(k: Kernel, dir: Inode, name: string, inode: Inode): void {
  dir.entries?.delete(name);
  if (S_ISDIR(inode.mode)) {
    dir.nlink--;
    inode.nlink = 0;
  } else {
    inode.nlink--;
  }
  touchModified(k, dir);
  touchChanged(k, inode);
  forgetIfUnused(k, inode);
}

/** One more name for a file. Throws EPERM for directories. Linux: simple_link(). */
export function linkEntry(k: Kernel, dir: Inode, name: string, inode: Inode): void {
  if (S_ISDIR(inode.mode)) throw new SyscallError(EPERM);
  const { parent, name: oldName } = inode;
  addEntry(k, dir, name, inode);
  if (parent) {
    inode.parent = parent;
    inode.name = oldName;
  }
  inode.nlink++;
  touchChanged(k, inode);
}

/** A file without a name: O_TMPFILE, memfd_create. */
export function namelessFile(k: Kernel, task: Task, mode: number): Inode {
  const inode = newInode(k, 'file', S_IFREG | mode, task.cred);
  inode.nlink = 0;
  return inode;
}
