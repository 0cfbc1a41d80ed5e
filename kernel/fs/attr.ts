import { CAP_CHOWN, CAP_FOWNER, CAP_FSETID } from '../abi/capability.ts';
import { EACCES, EPERM, EROFS } from '../abi/errno.ts';
import { S_IFMT, S_ISDIR, S_ISGID, S_ISUID, S_IXGRP } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { currentTime, touchChanged } from './inode.ts';
import { fsIdentity, inGroup, isReadOnly, MAY_WRITE, permissionError, requireOwner } from './permission.ts';
import type { Inode } from './types.ts';

/** Attributes of inodes. Linux: fs/attr.c notify_change(). Files of /proc and the host keep theirs. */

function requireChangeable(inode: Inode): void {
  if (isReadOnly(inode)) throw new SyscallError(EROFS);
  if (inode.kind === 'proc') throw new SyscallError(EPERM);
}

/** Throws EROFS, EPERM. Linux: chmod_common(). */
export function doChmod(k: Kernel, task: Task, inode: Inode, mode: number): void {
  requireChangeable(inode);
  requireOwner(task.cred, inode);
  let bits = mode & 0o7777;
  // The set-group-id bit is for members of the group.
  if (!capable(task.cred, CAP_FSETID) && !inGroup(fsIdentity(task.cred), inode.gid)) bits &= ~S_ISGID;
  inode.mode = (inode.mode & S_IFMT) | bits;
  touchChanged(k, inode);
}

/** `uid`, `gid` -1: keep. Throws EROFS, EPERM. Linux: chown_common(), setattr_prepare(). */
export function doChown(k: Kernel, task: Task, inode: Inode, uid: number, gid: number): void {
  requireChangeable(inode);
  const { cred } = task;
  if (!capable(cred, CAP_CHOWN)) {
    const owns = cred.fsuid === inode.uid;
    if (uid !== -1 && !(owns && uid === inode.uid)) throw new SyscallError(EPERM);
    if (gid !== -1 && !(owns && (gid === inode.gid || inGroup(fsIdentity(cred), gid)))) throw new SyscallError(EPERM);
  }
  if (uid !== -1) inode.uid = uid;
  if (gid !== -1) inode.gid = gid;
  if (!S_ISDIR(inode.mode)) {
    inode.mode &= ~S_ISUID;
    if (inode.mode & S_IXGRP) inode.mode &= ~S_ISGID;
  }
  touchChanged(k, inode);
}

/** A time of utimensat(2): a stamp, the current time, or none to leave it. */
export type NewTime = readonly [seconds: number, ns: number] | 'now' | 'omit';

/** Throws EROFS, EPERM, EACCES. `null` means now for both. Linux: fs/utimes.c vfs_utimes(). */
export function doUtimes(k: Kernel, task: Task, inode: Inode, times: readonly [NewTime, NewTime] | null): void {
  requireChangeable(inode);
  const [atime, mtime] = times ?? ['now', 'now'];
  const { cred } = task;
  const owns = cred.fsuid === inode.uid || capable(cred, CAP_FOWNER);
  if (!owns && !(atime === 'now' && mtime === 'now')) throw new SyscallError(EPERM);
  if (!owns && permissionError(fsIdentity(cred), inode, MAY_WRITE) !== 0) throw new SyscallError(EACCES);
  const now = currentTime(k);
  if (atime !== 'omit') inode.atime = atime === 'now' ? [...now] : [...atime];
  if (mtime !== 'omit') inode.mtime = mtime === 'now' ? [...now] : [...mtime];
  inode.ctime = now;
}
