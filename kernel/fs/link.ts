import { CAP_FOWNER } from '../abi/capability.ts';
import { ENOENT, EPERM, EXDEV } from '../abi/errno.ts';
import { S_ISGID, S_ISREG, S_ISUID, S_IXGRP } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { isUnlinked } from './dpath.ts';
import { isDirectory } from './inode.ts';
import type { Found } from './namei.ts';
import { fsIdentity, MAY_READ, MAY_WRITE, permissionError } from './permission.ts';
import { linkEntry, mayCreateIn } from './ramfs.ts';
import type { Inode } from './types.ts';

/** One more name for an inode. Throws EXDEV, EPERM, EACCES, EROFS. Linux: do_linkat(), vfs_link(). */
export function linkPath(k: Kernel, task: Task, inode: Inode, to: Found): void {
  if (inode.dev !== to.dir.dev) throw new SyscallError(EXDEV);
  mayLink(task, inode);
  mayCreateIn(task, to.dir);
  if (isDirectory(inode)) throw new SyscallError(EPERM);
  // A file that has lost its last name gets none again; O_TMPFILE's never had one.
  if (isUnlinked(inode) && inode.name !== `#${inode.ino}`) throw new SyscallError(ENOENT);
  linkEntry(k, to.dir, to.name, inode);
}

/**
 * Another's file may be linked only by who could read and write it, and never a set-id program: fs.protected_hardlinks
 * is 1, as distributions set it. Linux: may_linkat().
 */
function mayLink(task: Task, inode: Inode): void {
  const { cred } = task;
  if (cred.fsuid === inode.uid || capable(cred, CAP_FOWNER)) return;
  const isSetId = (inode.mode & S_ISUID) !== 0 || (inode.mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP);
  const isOpen = permissionError(fsIdentity(cred), inode, MAY_READ | MAY_WRITE) === 0;
  if (!S_ISREG(inode.mode) || isSetId || !isOpen) throw new SyscallError(EPERM);
}
