import { EACCES, EBUSY, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, EROFS, EXDEV } from '../abi/errno.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from '../abi/fs.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { isDirectory, touchChanged, touchModified } from './inode.ts';
import { type Found, lookupLast } from './namei.ts';
import { inodePermission, isReadOnly, MAY_WRITE, mayDelete } from './permission.ts';
import { addEntry, mayCreateIn, removeEntry } from './ramfs.ts';
import type { Inode } from './types.ts';

/** Move or exchange two names; both were walked `forParent`. Linux: fs/namei.c do_renameat2(), vfs_rename(). */
export function doRename(k: Kernel, task: Task, oldName: Found, newName: Found, flags: number): void {
  checkNames(oldName, newName, flags);
  const from = lookupLast(k, task, oldName);
  if (!from.inode) throw new SyscallError(ENOENT);
  const to = lookupLast(k, task, newName);
  const source = from.inode;
  const target = to.inode;
  if (flags & RENAME_NOREPLACE && target) throw new SyscallError(EEXIST);
  if (flags & RENAME_EXCHANGE && !target) throw new SyscallError(ENOENT);
  checkTrailingSlashes(from, to, source, target, flags);
  if (isInside(to.dir, source)) throw new SyscallError(EINVAL);
  if (target && isInside(from.dir, target)) throw new SyscallError(flags & RENAME_EXCHANGE ? EINVAL : ENOTEMPTY);
  if (source === target) return;
  checkMove(task, from, to, source);
  if (target) checkReplace(task, to, source, target, flags);
  else mayCreateIn(task, to.dir);
  if (source.mountPoint || target?.mountPoint) throw new SyscallError(EBUSY);
  if (flags & RENAME_EXCHANGE && target) {
    exchange(k, from, to, source, target);
    return;
  }
  if (target && isDirectory(target) && target.entries && target.entries.size > 0) throw new SyscallError(ENOTEMPTY);
  if (target) removeEntry(k, to.dir, to.name, target);
  detach(k, from, source);
  addEntry(k, to.dir, to.name, source);
  touchChanged(k, source);
}

function checkNames(from: Found, to: Found, flags: number): void {
  if (from.dir.dev !== to.dir.dev) throw new SyscallError(EXDEV);
  if (from.last !== 'name') throw new SyscallError(EBUSY);
  if (to.last !== 'name') throw new SyscallError(flags & RENAME_NOREPLACE ? EEXIST : EBUSY);
  if (isReadOnly(from.dir)) throw new SyscallError(EROFS);
}

/** Only a directory may be named with a slash behind. */
function checkTrailingSlashes(from: Found, to: Found, source: Inode, target: Inode | null, flags: number): void {
  if (!isDirectory(source)) {
    if (from.trailingSlash) throw new SyscallError(ENOTDIR);
    if (!(flags & RENAME_EXCHANGE) && to.trailingSlash) throw new SyscallError(ENOTDIR);
  }
  if (flags & RENAME_EXCHANGE && target && !isDirectory(target) && to.trailingSlash) throw new SyscallError(ENOTDIR);
}

/** `inode` is `top` or lies below it. */
function isInside(inode: Inode, top: Inode): boolean {
  for (let at = inode; ; at = at.parent) {
    if (at === top) return true;
    if (!at.parent || at.parent === at) return false;
  }
}

function checkMove(task: Task, from: Found, to: Found, source: Inode): void {
  if (from.dir.kind !== 'directory' || to.dir.kind !== 'directory') throw new SyscallError(EACCES);
  mayDelete(task.cred, from.dir, source);
  // A directory's `..` changes when it moves.
  if (isDirectory(source) && from.dir !== to.dir) inodePermission(task.cred, source, MAY_WRITE);
}

function checkReplace(task: Task, to: Found, source: Inode, target: Inode, flags: number): void {
  mayDelete(task.cred, to.dir, target);
  if (flags & RENAME_EXCHANGE) {
    if (isDirectory(target)) inodePermission(task.cred, target, MAY_WRITE);
    return;
  }
  if (isDirectory(source) && !isDirectory(target)) throw new SyscallError(ENOTDIR);
  if (!isDirectory(source) && isDirectory(target)) throw new SyscallError(EISDIR);
}

/** Take the name away, the inode keeping its links. */
function detach(k: Kernel, from: Found, source: Inode): void {
  from.dir.entries?.delete(from.name);
  if (isDirectory(source)) from.dir.nlink--;
  touchModified(k, from.dir);
}

function exchange(k: Kernel, from: Found, to: Found, source: Inode, target: Inode): void {
  detach(k, from, source);
  detach(k, to, target);
  addEntry(k, to.dir, to.name, source);
  addEntry(k, from.dir, from.name, target);
  touchChanged(k, source);
  touchChanged(k, target);
}
