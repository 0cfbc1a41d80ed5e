import { EACCES, EPERM, EROFS } from '../abi/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_ISVTX } from '../abi/stat.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Cred } from '../task.ts';
import type { Inode } from './types.ts';

/** Bits of a permission question: those of access(2). */
export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

/** Whose rights count: fsuid and fsgid of the task, or its real ids in access(2). */
export interface Identity {
  uid: number;
  gid: number;
  groups: readonly number[];
}

export function fsIdentity(cred: Cred): Identity {
  return { uid: cred.fsuid, gid: cred.fsgid, groups: cred.groups };
}

/** True where nothing can be written: /proc's tree has no writable file, host mounts are read-only. */
export function isReadOnly(inode: Inode): boolean {
  return inode.kind === 'host';
}

/** 0, -EROFS or -EACCES. Linux: fs/namei.c inode_permission(), sb_permission(), acl_permission_check(). */
export function permissionError(who: Identity, inode: Inode, mask: number): number {
  const type = inode.mode & S_IFMT;
  if (mask & MAY_WRITE && isReadOnly(inode) && (type === S_IFREG || type === S_IFDIR || type === S_IFLNK))
    return -EROFS;
  const shift = who.uid === inode.uid ? 6 : inGroup(who, inode.gid) ? 3 : 0;
  if ((mask & ~(inode.mode >>> shift) & 7) === 0) return 0;
  if (who.uid !== 0) return -EACCES;
  // CAP_DAC_OVERRIDE: anything, but execution wants one x bit somewhere.
  const mayOverride = type === S_IFDIR || !(mask & MAY_EXEC) || (inode.mode & 0o111) !== 0;
  return mayOverride ? 0 : -EACCES;
}

/** Throws EROFS or EACCES. */
export function inodePermission(cred: Cred, inode: Inode, mask: number): void {
  const error = permissionError(fsIdentity(cred), inode, mask);
  if (error !== 0) throw new SyscallError(-error);
}

export function inGroup(who: Identity, gid: number): boolean {
  return who.gid === gid || who.groups.includes(gid);
}

/** chmod, utimes and so on: only the owner or root; EPERM. Linux: inode_owner_or_capable(). */
export function requireOwner(cred: Cred, inode: Inode): void {
  if (isReadOnly(inode)) throw new SyscallError(EROFS);
  if (cred.fsuid !== 0 && cred.fsuid !== inode.uid) throw new SyscallError(EPERM);
}

/** Write and search permission of the directory, and its sticky bit. Linux: fs/namei.c may_delete(). */
export function mayDelete(cred: Cred, dir: Inode, victim: Inode): void {
  inodePermission(cred, dir, MAY_WRITE | MAY_EXEC);
  if (!(dir.mode & S_ISVTX) || cred.fsuid === 0) return;
  if (cred.fsuid !== victim.uid && cred.fsuid !== dir.uid) throw new SyscallError(EPERM);
}
