import { CAP_FOWNER } from '../abi/capability.ts';
import { EEXIST, EINVAL, EISDIR, ELOOP, ENOENT, ENOTDIR, ENXIO, EPERM } from '../abi/errno.ts';
import { O_ACCMODE, O_CLOEXEC, O_CREAT, O_EXCL, O_NOATIME, O_PATH, O_RDONLY, O_TRUNC } from '../abi/fcntl.ts';
import { S_IFBLK, S_IFCHR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { checkConsoleOpen } from './console.ts';
import { deviceOps } from './device.ts';
import { openFifo } from './fifo.ts';
import { newFile } from './file.ts';
import { isDirectory, touchModified } from './inode.ts';
import { foundPath, fsOf, pathWalk } from './namei.ts';
import { openNamespace } from './nsfs.ts';
import { O_DIRECTORY, O_NOFOLLOW, O_TMPFILE_BIT } from './open-flags.ts';
import { inodePermission, MAY_READ, MAY_WRITE } from './permission.ts';
import { procOpen } from './proc/index.ts';
import { createEntry, mayCreateIn, namelessFile } from './ramfs.ts';
import type { File, Inode } from './types.ts';
import { checkLargeFile, vfsTruncate } from './vfs.ts';

/**
 * Linux: fs/open.c build_open_flags(), fs/namei.c path_openat(). `flags` are the kernel's values, see open-flags.ts.
 */

/** Flags that stay in the file. */
const CREATION_FLAGS = O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC | 0o400;

export interface Opened {
  file: File;
  /** A FIFO whose other side is not open yet: the call waits before it returns the descriptor. */
  waits: boolean;
}

/** Refuse what makes no sense together. Throws EINVAL. Returns the flags that count. */
export function checkOpenFlags(flags: number): number {
  if (flags & O_PATH) return flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (flags & O_CREAT && flags & O_DIRECTORY) throw new SyscallError(EINVAL);
  if (flags & O_TMPFILE_BIT) {
    if (!(flags & O_DIRECTORY) || (flags & O_ACCMODE) === O_RDONLY) throw new SyscallError(EINVAL);
  }
  return flags;
}

/** Open or create. Throws what open(2) tells; no descriptor is taken. */
export function openFile(k: Kernel, task: Task, dirfd: number, path: string, flags: number, mode: number): Opened {
  if (flags & O_TMPFILE_BIT) return openTmpfile(k, task, dirfd, path, flags, mode);
  const creates = (flags & O_CREAT) !== 0;
  const follow = (flags & O_NOFOLLOW) === 0 && !(creates && flags & O_EXCL);
  const found = pathWalk(k, task, dirfd, path, { follow, creates });
  if (!found.inode) {
    const inode = createEntry(k, task, found.dir, found.name, { kind: 'file', mode: S_IFREG | (mode & 0o7777) });
    return openInode(k, inode, flags, foundPath({ ...found, inode }));
  }
  if (creates && flags & O_EXCL) throw new SyscallError(EEXIST);
  if (creates && isDirectory(found.inode)) throw new SyscallError(EISDIR);
  if (flags & O_DIRECTORY && !isDirectory(found.inode)) throw new SyscallError(ENOTDIR);
  if (!(flags & O_PATH)) mayOpen(task, found.inode, flags);
  return openExisting(k, task, found.inode, flags, foundPath(found));
}

/** Linux: fs/namei.c may_open(). */
function mayOpen(task: Task, inode: Inode, flags: number): void {
  const type = inode.mode & S_IFMT;
  const mask = accessMask(flags);
  if (type === S_IFLNK) throw new SyscallError(ELOOP);
  if (isDirectory(inode) && mask & MAY_WRITE) throw new SyscallError(EISDIR);
  inodePermission(task.cred, inode, type === S_IFREG ? mask : accessMask(flags & ~O_TRUNC));
  const { fsuid } = task.cred;
  if (flags & O_NOATIME && fsuid !== inode.uid && !capable(task.cred, CAP_FOWNER)) throw new SyscallError(EPERM);
}

/** ACC_MODE(): access mode 3 asks for both rights and gives neither. */
function accessMask(flags: number): number {
  const access = flags & O_ACCMODE;
  const mask = access === 0 ? MAY_READ : access === 1 ? MAY_WRITE : MAY_READ | MAY_WRITE;
  return flags & O_TRUNC ? mask | MAY_WRITE : mask;
}

function openExisting(k: Kernel, task: Task, inode: Inode, flags: number, path: string): Opened {
  if (flags & O_PATH) return { file: newFile(k, inode, flags & ~O_CLOEXEC, path), waits: false };
  checkLargeFile(inode, flags);
  if (inode.kind === 'console') checkConsoleOpen(k, task, inode);
  const data = inode.kind === 'proc' ? procOpen(k, task, inode) : null;
  const opened = openInode(k, inode, flags, path);
  if (data) opened.file.privateData = data;
  if (flags & O_TRUNC && (inode.mode & S_IFMT) === S_IFREG) {
    vfsTruncate(k, task, inode, 0);
    touchModified(k, inode);
  }
  return opened;
}

function openInode(k: Kernel, inode: Inode, flags: number, path: string): Opened {
  const type = inode.mode & S_IFMT;
  const kept = flags & ~CREATION_FLAGS;
  if (type === S_IFIFO && (inode.kind === 'fifo' || inode.kind === 'pipe')) {
    const opened = openFifo(k, inode, kept, path);
    if (typeof opened === 'number') throw new SyscallError(-opened);
    return opened;
  }
  if (inode.namespace) return { file: openNamespace(k, inode, inode.namespace, kept, path), waits: false };
  const hasDriver = inode.kind === 'console' || deviceOps(inode.rdev) !== undefined;
  if ((type === S_IFCHR || type === S_IFBLK) && !hasDriver) throw new SyscallError(ENXIO);
  if (type === S_IFSOCK) throw new SyscallError(ENXIO);
  return { file: newFile(k, inode, kept, path), waits: false };
}

/** Linux: fs/namei.c do_tmpfile(). */
function openTmpfile(k: Kernel, task: Task, dirfd: number, path: string, flags: number, mode: number): Opened {
  const { inode: dir } = pathWalk(k, task, dirfd, path);
  if (!dir) throw new SyscallError(ENOENT);
  if (!isDirectory(dir)) throw new SyscallError(ENOTDIR);
  mayCreateIn(task, dir);
  const inode = namelessFile(k, task, mode & 0o7777 & ~fsOf(task).umask);
  inode.name = `#${inode.ino}`;
  inode.parent = dir;
  return openInode(k, inode, flags, `/#${inode.ino} (deleted)`);
}
