import { EINVAL } from '../abi/errno.ts';
import {
  AT_EACCESS,
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_STATX_SYNC_TYPE,
  AT_SYMLINK_NOFOLLOW,
} from '../abi/fcntl.ts';
import { STATX__RESERVED } from '../abi/stat.ts';
import { realCred } from '../commoncap.ts';
import { fdgetRaw } from '../fs/file.ts';
import { encodeStat, encodeStat64, encodeStatx } from '../fs/kstat.ts';
import { pathLookup } from '../fs/namei.ts';
import { fsIdentity, permissionError } from '../fs/permission.ts';
import type { Inode } from '../fs/types.ts';
import { callIsa, pathArg, putBytes } from '../fs/uargs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** The inode of a path argument. Linux: fs/stat.c vfs_statx(). */
function inodeAt(k: Kernel, task: Task, dirfd: number, pathAddr: number, atFlags: number): Inode {
  return pathLookup(k, task, dirfd, pathArg(k, task, pathAddr), {
    follow: (atFlags & AT_SYMLINK_NOFOLLOW) === 0,
    emptyPath: (atFlags & AT_EMPTY_PATH) !== 0,
  });
}

const STAT_FLAGS = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE;

const PATH_STAT = [
  ['pathname', 'path'],
  ['statbuf', 'stat'],
] as const;
const PATH_STAT64 = [
  ['pathname', 'path'],
  ['statbuf', 'stat64'],
] as const;

function putStat(k: Kernel, task: Task, addr: number, inode: Inode): number {
  putBytes(k, task, addr, encodeStat(k, callIsa(task), inode));
  return 0;
}

function putStat64(k: Kernel, task: Task, addr: number, inode: Inode): number {
  putBytes(k, task, addr, encodeStat64(k, callIsa(task), inode));
  return 0;
}

/** stat(2). */
export const sys_stat: SyscallRow = {
  name: 'stat',
  nr: { i386: 106, x86_64: 4, arm: 106 },
  args: PATH_STAT,
  ret: 'int',
  handler: (k, task, [path = 0, buf = 0]) => putStat(k, task, buf, inodeAt(k, task, AT_FDCWD, path, 0)),
};

/** lstat(2). */
export const sys_lstat: SyscallRow = {
  name: 'lstat',
  nr: { i386: 107, x86_64: 6, arm: 107 },
  args: PATH_STAT,
  ret: 'int',
  handler: (k, task, [path = 0, buf = 0]) =>
    putStat(k, task, buf, inodeAt(k, task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW)),
};

/** fstat(2). */
export const sys_fstat: SyscallRow = {
  name: 'fstat',
  nr: { i386: 108, x86_64: 5, arm: 108 },
  args: [
    ['fd', 'fd'],
    ['statbuf', 'stat'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, buf = 0]) => putStat(k, task, buf, fdgetRaw(task, fd).inode),
};

/** stat(2) with struct stat64. */
export const sys_stat64: SyscallRow = {
  name: 'stat64',
  nr: { i386: 195, arm: 195 },
  args: PATH_STAT64,
  ret: 'int',
  handler: (k, task, [path = 0, buf = 0]) => putStat64(k, task, buf, inodeAt(k, task, AT_FDCWD, path, 0)),
};

/** lstat(2) with struct stat64. */
export const sys_lstat64: SyscallRow = {
  name: 'lstat64',
  nr: { i386: 196, arm: 196 },
  args: PATH_STAT64,
  ret: 'int',
  handler: (k, task, [path = 0, buf = 0]) =>
    putStat64(k, task, buf, inodeAt(k, task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW)),
};

/** fstat(2) with struct stat64. */
export const sys_fstat64: SyscallRow = {
  name: 'fstat64',
  nr: { i386: 197, arm: 197 },
  args: [
    ['fd', 'fd'],
    ['statbuf', 'stat64'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, buf = 0]) => putStat64(k, task, buf, fdgetRaw(task, fd).inode),
};

/** fstatat(2) on x86-64. */
export const sys_newfstatat: SyscallRow = {
  name: 'newfstatat',
  nr: { x86_64: 262 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['statbuf', 'stat'],
    ['flags', 'atflags'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, buf = 0, flags = 0]) => {
    if (flags & ~STAT_FLAGS) return -EINVAL;
    return putStat(k, task, buf, inodeAt(k, task, dirfd, path, flags));
  },
};

/** fstatat(2) with struct stat64. */
export const sys_fstatat64: SyscallRow = {
  name: 'fstatat64',
  nr: { i386: 300, arm: 327 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['statbuf', 'stat64'],
    ['flags', 'atflags'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, buf = 0, flags = 0]) => {
    if (flags & ~STAT_FLAGS) return -EINVAL;
    return putStat64(k, task, buf, inodeAt(k, task, dirfd, path, flags));
  },
};

/** statx(2): all basic fields are always given. */
export const sys_statx: SyscallRow = {
  name: 'statx',
  nr: { i386: 383, x86_64: 332, arm: 397 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['flags', 'atflags'],
    ['mask', 'uint'],
    ['statxbuf', 'statx'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, flags = 0, mask = 0, buf = 0]) => {
    if (mask >= STATX__RESERVED) return -EINVAL;
    if (flags & ~STAT_FLAGS || (flags & AT_STATX_SYNC_TYPE) === AT_STATX_SYNC_TYPE) return -EINVAL;
    putBytes(k, task, buf, encodeStatx(k, callIsa(task), inodeAt(k, task, dirfd, path, flags)));
    return 0;
  },
};

/** Linux: fs/open.c do_faccessat(): with the real ids unless AT_EACCESS. */
function faccessat(k: Kernel, task: Task, dirfd: number, path: number, mode: number, flags: number): number {
  if (mode & ~7 || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  const { cred } = task;
  const asked: Task = flags & AT_EACCESS ? task : { ...task, cred: realCred(cred) };
  const inode = inodeAt(k, asked, dirfd, path, flags);
  return permissionError(fsIdentity(asked.cred), inode, mode);
}

/** access(2). */
export const sys_access: SyscallRow = {
  name: 'access',
  nr: { i386: 33, x86_64: 21, arm: 33 },
  args: [
    ['pathname', 'path'],
    ['mode', 'accessmode'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, mode = 0]) => faccessat(k, task, AT_FDCWD, path, mode, 0),
};

/** faccessat(2) without flags. */
export const sys_faccessat: SyscallRow = {
  name: 'faccessat',
  nr: { i386: 307, x86_64: 269, arm: 334 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['mode', 'accessmode'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, mode = 0]) => faccessat(k, task, dirfd, path, mode, 0),
};

/** faccessat2(2). */
export const sys_faccessat2: SyscallRow = {
  name: 'faccessat2',
  nr: { i386: 439, x86_64: 439, arm: 439 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['mode', 'accessmode'],
    ['flags', 'atflags'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, mode = 0, flags = 0]) => faccessat(k, task, dirfd, path, mode, flags),
};

export const STAT_ROWS = [
  sys_stat,
  sys_lstat,
  sys_fstat,
  sys_stat64,
  sys_lstat64,
  sys_fstat64,
  sys_newfstatat,
  sys_fstatat64,
  sys_statx,
  sys_access,
  sys_faccessat,
  sys_faccessat2,
];
