import { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER } from '../abi/capability.ts';
import { EACCES, EPERM, EROFS } from '../abi/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_ISVTX } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
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
  cred: Cred;
}

export function fsIdentity(cred: Cred): Identity {
  return { uid: cred.fsuid, gid: cred.fsgid, groups: cred.groups, cred };
}

/** True where nothing can be written: host mounts are read-only. */
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
  // Reading everything, and searching every directory.
  const reads = type === S_IFDIR ? !(mask & MAY_WRITE) : mask === MAY_READ;
  if (reads && capable(who.cred, CAP_DAC_READ_SEARCH)) return 0;
  // Anything, but execution wants one x bit somewhere.
  const mayOverride = type === S_IFDIR || !(mask & MAY_EXEC) || (inode.mode & 0o111) !== 0;
  return mayOverride && capable(who.cred, CAP_DAC_OVERRIDE) ? 0 : -EACCES;
}

/** Throws EROFS or EACCES. */
export function inodePermission(cred: Cred, inode: Inode, mask: number): void {
  const error = permissionError(fsIdentity(cred), inode, mask);
  if (error !== 0) throw new SyscallError(-error);
}

export function inGroup(who: Identity, gid: number): boolean {
  return who.gid === gid || who.groups.includes(gid);
}

/** chmod, utimes and so on: only the owner or who passes for him; EPERM. Linux: inode_owner_or_capable(). */
export function requireOwner(cred: Cred, inode: Inode): void {
  if (isReadOnly(inode)) throw new SyscallError(EROFS);
  if (cred.fsuid !== inode.uid && !capable(cred, CAP_FOWNER)) throw new SyscallError(EPERM);
}

/** Write and search permission of the directory, and its sticky bit. Linux: fs/namei.c may_delete(). */
export function mayDelete(cred: Cred, dir: Inode, victim: Inode): void {
  inodePermission(cred, dir, MAY_WRITE | MAY_EXEC);
  if (!(dir.mode & S_ISVTX) || capable(cred, CAP_FOWNER)) return;
  if (cred.fsuid !== victim.uid && cred.fsuid !== dir.uid) throw new SyscallError(EPERM);
}
