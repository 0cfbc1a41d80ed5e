import { EBADF, EFBIG, EINVAL, EISDIR, ENODEV, EOPNOTSUPP, EPERM, ESPIPE } from '../abi/errno.ts';
import { AT_FDCWD, F_SEAL_FUTURE_WRITE, F_SEAL_WRITE } from '../abi/fcntl.ts';
import { S_ISDIR, S_ISFIFO, S_ISREG } from '../abi/stat.ts';
import { fdget } from '../fs/file.ts';
import { touchModified } from '../fs/inode.ts';
import { pathLookup } from '../fs/namei.ts';
import { mayWrite, O_LARGEFILE } from '../fs/open-flags.ts';
import { inodePermission, MAY_WRITE } from '../fs/permission.ts';
import { ramReserve, ramZero } from '../fs/raminode.ts';
import { mayResizeSealed } from '../fs/seals.ts';
import { pathArg } from '../fs/uargs.ts';
import { MAX_NON_LFS, vfsTruncate } from '../fs/vfs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** Lengths of files: truncate(2), fallocate(2), and what writes back to a disk. */

/** Linux: fs/open.c vfs_truncate(). */
function truncate(k: Kernel, task: Task, path: number, size: number): number {
  if (size < 0) return -EINVAL;
  const inode = pathLookup(k, task, AT_FDCWD, pathArg(k, task, path));
  if (S_ISDIR(inode.mode)) return -EISDIR;
  if (!S_ISREG(inode.mode)) return -EINVAL;
  inodePermission(task.cred, inode, MAY_WRITE);
  vfsTruncate(k, task, inode, size);
  touchModified(k, inode);
  return 0;
}

/** `isShort`: without O_LARGEFILE there is no length behind 2^31 - 1. Linux: do_sys_ftruncate(). */
function ftruncate(k: Kernel, task: Task, fd: number, size: number, isShort: boolean): number {
  if (size < 0) return -EINVAL;
  const file = fdget(task, fd);
  if (!S_ISREG(file.inode.mode) || !mayWrite(file)) return -EINVAL;
  if (isShort && !(file.flags & O_LARGEFILE) && size > MAX_NON_LFS) return -EINVAL;
  vfsTruncate(k, task, file.inode, size);
  touchModified(k, file.inode);
  return 0;
}

/** truncate(2). */
export const sys_truncate: SyscallRow = {
  name: 'truncate',
  nr: { i386: 92, x86_64: 76, arm: 92 },
  args: [
    ['path', 'path'],
    ['length', 'off'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, size = 0]) => truncate(k, task, path, size),
};

/** ftruncate(2). */
export const sys_ftruncate: SyscallRow = {
  name: 'ftruncate',
  nr: { i386: 93, x86_64: 77, arm: 93 },
  args: [
    ['fd', 'fd'],
    ['length', 'off'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, size = 0]) => ftruncate(k, task, fd, size, true),
};

/** truncate(2) with a 64-bit length. */
export const sys_truncate64: SyscallRow = {
  name: 'truncate64',
  nr: { i386: 193, arm: 193 },
  args: [
    ['path', 'path'],
    ['length', 'loff'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, size = 0]) => truncate(k, task, path, size),
};

/** ftruncate(2) with a 64-bit length. */
export const sys_ftruncate64: SyscallRow = {
  name: 'ftruncate64',
  nr: { i386: 194, arm: 194 },
  args: [
    ['fd', 'fd'],
    ['length', 'loff'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, size = 0]) => ftruncate(k, task, fd, size, false),
};

/** Linux: uapi/linux/falloc.h. */
const FALLOC_FL_KEEP_SIZE = 1;
const FALLOC_FL_PUNCH_HOLE = 2;
const PUNCH = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;

/** fallocate(2) as tmpfs has it: allocate, or punch a hole. Linux: vfs_fallocate(), shmem_fallocate(). */
export const sys_fallocate: SyscallRow = {
  name: 'fallocate',
  nr: { i386: 324, x86_64: 285, arm: 352 },
  args: [
    ['fd', 'fd'],
    ['mode', 'int'],
    ['offset', 'loff'],
    ['len', 'loff'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, mode = 0, offset = 0, lenBytes = 0]) => {
    const file = fdget(task, fd);
    const { inode } = file;
    if (offset < 0 || lenBytes <= 0) return -EINVAL;
    if (mode & ~PUNCH || mode === FALLOC_FL_PUNCH_HOLE) return -EOPNOTSUPP;
    if (!mayWrite(file)) return -EBADF;
    if (S_ISFIFO(inode.mode)) return -ESPIPE;
    if (S_ISDIR(inode.mode)) return -EISDIR;
    if (!S_ISREG(inode.mode) || inode.kind !== 'file') return -ENODEV;
    const end = offset + lenBytes;
    if (end > 2 ** 53) return -EFBIG;
    if (mode === PUNCH) {
      if (inode.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) return -EPERM;
      ramZero(k, inode, offset, end);
    } else {
      if (!(mode & FALLOC_FL_KEEP_SIZE) && !mayResizeSealed(inode, Math.max(inode.size, end))) return -EPERM;
      const error = ramReserve(k, inode, offset, end);
      if (error !== 0) return error;
      if (!(mode & FALLOC_FL_KEEP_SIZE)) inode.size = Math.max(inode.size, end);
    }
    touchModified(k, inode);
    return 0;
  },
};

/** sync(2): files are in RAM, there is nothing to write back. */
export const sys_sync: SyscallRow = {
  name: 'sync',
  nr: { i386: 36, x86_64: 162, arm: 36 },
  args: [],
  ret: 'none',
  handler: () => 0,
};

/** syncfs(2). */
export const sys_syncfs: SyscallRow = {
  name: 'syncfs',
  nr: { i386: 344, x86_64: 306, arm: 373 },
  args: [['fd', 'fd']],
  ret: 'int',
  handler: (_k, task, [fd = 0]) => {
    fdget(task, fd);
    return 0;
  },
};

/** Only files and directories can be written back. */
function fsync(task: Task, fd: number): number {
  const { mode } = fdget(task, fd).inode;
  return S_ISREG(mode) || S_ISDIR(mode) ? 0 : -EINVAL;
}

/** fsync(2). */
export const sys_fsync: SyscallRow = {
  name: 'fsync',
  nr: { i386: 118, x86_64: 74, arm: 118 },
  args: [['fd', 'fd']],
  ret: 'int',
  handler: (_k, task, [fd = 0]) => fsync(task, fd),
};

/** fdatasync(2). */
export const sys_fdatasync: SyscallRow = {
  name: 'fdatasync',
  nr: { i386: 148, x86_64: 75, arm: 148 },
  args: [['fd', 'fd']],
  ret: 'int',
  handler: (_k, task, [fd = 0]) => fsync(task, fd),
};

export const TRUNCATE_ROWS = [
  sys_truncate,
  sys_ftruncate,
  sys_truncate64,
  sys_ftruncate64,
  sys_fallocate,
  sys_sync,
  sys_syncfs,
  sys_fsync,
  sys_fdatasync,
];
