import { EBUSY, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, EROFS } from '../abi/errno.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { isDirectory } from './inode.ts';
import { type Found, lookupLast, pathWalk } from './namei.ts';
import { isReadOnly, mayDelete } from './permission.ts';
import { removeEntry } from './ramfs.ts';
import type { Inode } from './types.ts';

/** Linux: fs/namei.c do_unlinkat(). */
export function doUnlink(k: Kernel, task: Task, dirfd: number, path: string): void {
  const found = pathWalk(k, task, dirfd, path, { forParent: true });
  if (found.last !== 'name') throw new SyscallError(EISDIR);
  const inode = victimOf(k, task, found);
  if (found.trailingSlash) throw new SyscallError(isDirectory(inode) ? EISDIR : ENOTDIR);
  checkRemoval(task, found, inode);
  if (isDirectory(inode)) throw new SyscallError(EISDIR);
  if (inode.mountPoint) throw new SyscallError(EBUSY);
  removeEntry(k, found.dir, found.name, inode);
}

/** Linux: fs/namei.c do_rmdir(). */
export function doRmdir(k: Kernel, task: Task, dirfd: number, path: string): void {
  const found = pathWalk(k, task, dirfd, path, { forParent: true });
  if (found.last === 'dotdot') throw new SyscallError(ENOTEMPTY);
  if (found.last === 'dot') throw new SyscallError(EINVAL);
  if (found.last === 'root') throw new SyscallError(EBUSY);
  const inode = victimOf(k, task, found);
  checkRemoval(task, found, inode);
  if (!isDirectory(inode)) throw new SyscallError(ENOTDIR);
  if (inode.mountPoint) throw new SyscallError(EBUSY);
  if (inode.entries && inode.entries.size > 0) throw new SyscallError(ENOTEMPTY);
  removeEntry(k, found.dir, found.name, inode);
}

function victimOf(k: Kernel, task: Task, found: Found): Inode {
  if (isReadOnly(found.dir)) throw new SyscallError(EROFS);
  const { inode } = lookupLast(k, task, found);
  if (!inode) throw new SyscallError(ENOENT);
  return inode;
}

function checkRemoval(task: Task, found: Found, inode: Inode): void {
  mayDelete(task.cred, found.dir, inode);
  if (found.dir.kind !== 'directory') throw new SyscallError(EPERM);
}
