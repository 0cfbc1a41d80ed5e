import { CAP_DAC_READ_SEARCH, CAP_MKNOD } from '../abi/capability.ts';
import { EEXIST, EINVAL, ENOENT, EPERM } from '../abi/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_FOLLOW } from '../abi/fcntl.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from '../abi/fs.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, S_ISVTX } from '../abi/stat.ts';
import { capable } from '../commoncap.ts';
import { linkPath } from '../fs/link.ts';
import { type Found, lookupLast, pathWalk } from '../fs/namei.ts';
import { createEntry, mayCreateIn } from '../fs/ramfs.ts';
import { doRename } from '../fs/rename.ts';
import type { InodeKind } from '../fs/types.ts';
import { pathArg } from '../fs/uargs.ts';
import { doRmdir, doUnlink } from '../fs/unlink.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { ATTR_ROWS } from './attr.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { TRUNCATE_ROWS } from './truncate.ts';
import { UTIME_ROWS } from './utime.ts';

/** Where a new name goes. Throws EEXIST, ENOENT (a slash behind what is no directory). Linux: filename_create(). */
function newName(k: Kernel, task: Task, dirfd: number, path: number, isDirectory: boolean): Found {
  const parent = pathWalk(k, task, dirfd, pathArg(k, task, path), { forParent: true });
  if (parent.last !== 'name') throw new SyscallError(EEXIST);
  const found = lookupLast(k, task, parent);
  if (found.inode) throw new SyscallError(EEXIST);
  if (found.trailingSlash && !isDirectory) throw new SyscallError(ENOENT);
  return found;
}

function mkdirat(k: Kernel, task: Task, dirfd: number, path: number, mode: number): number {
  const { dir, name } = newName(k, task, dirfd, path, true);
  createEntry(k, task, dir, name, { kind: 'directory', mode: S_IFDIR | (mode & (0o777 | S_ISVTX)) });
  return 0;
}

/** mkdir(2). */
export const sys_mkdir: SyscallRow = {
  name: 'mkdir',
  nr: { i386: 39, x86_64: 83, arm: 39 },
  args: [
    ['pathname', 'path'],
    ['mode', 'mode'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, mode = 0]) => mkdirat(k, task, AT_FDCWD, path, mode),
};

/** mkdirat(2). */
export const sys_mkdirat: SyscallRow = {
  name: 'mkdirat',
  nr: { i386: 296, x86_64: 258, arm: 323 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['mode', 'mode'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, mode = 0]) => mkdirat(k, task, dirfd, path, mode),
};

const NODE_KINDS: ReadonlyMap<number, InodeKind> = new Map([
  [0, 'file'],
  [S_IFREG, 'file'],
  [S_IFIFO, 'fifo'],
  [S_IFCHR, 'device'],
  [S_IFBLK, 'device'],
  [S_IFSOCK, 'device'],
]);

/** Linux: fs/namei.c do_mknodat(). Devices are for root. */
function mknodat(k: Kernel, task: Task, dirfd: number, path: number, mode: number, dev: number): number {
  const type = mode & S_IFMT;
  if (type === S_IFDIR) return -EPERM;
  const kind = NODE_KINDS.get(type);
  if (!kind) return -EINVAL;
  const { dir, name } = newName(k, task, dirfd, path, false);
  const isDevice = type === S_IFCHR || type === S_IFBLK;
  mayCreateIn(task, dir);
  if (isDevice && !capable(task.cred, CAP_MKNOD)) return -EPERM;
  const inode = createEntry(k, task, dir, name, { kind, mode: (type || S_IFREG) | (mode & 0o7777) });
  if (isDevice) inode.rdev = dev;
  return 0;
}

/** mknod(2), mkfifo(3). */
export const sys_mknod: SyscallRow = {
  name: 'mknod',
  nr: { i386: 14, x86_64: 133, arm: 14 },
  args: [
    ['pathname', 'path'],
    ['mode', 'mode'],
    ['dev', 'uint'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, mode = 0, dev = 0]) => mknodat(k, task, AT_FDCWD, path, mode, dev),
};

/** mknodat(2). */
export const sys_mknodat: SyscallRow = {
  name: 'mknodat',
  nr: { i386: 297, x86_64: 259, arm: 324 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['mode', 'mode'],
    ['dev', 'uint'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, mode = 0, dev = 0]) => mknodat(k, task, dirfd, path, mode, dev),
};

/** rmdir(2). */
export const sys_rmdir: SyscallRow = {
  name: 'rmdir',
  nr: { i386: 40, x86_64: 84, arm: 40 },
  args: [['pathname', 'path']],
  ret: 'int',
  handler: (k, task, [path = 0]) => {
    doRmdir(k, task, AT_FDCWD, pathArg(k, task, path));
    return 0;
  },
};

/** unlink(2). */
export const sys_unlink: SyscallRow = {
  name: 'unlink',
  nr: { i386: 10, x86_64: 87, arm: 10 },
  args: [['pathname', 'path']],
  ret: 'int',
  handler: (k, task, [path = 0]) => {
    doUnlink(k, task, AT_FDCWD, pathArg(k, task, path));
    return 0;
  },
};

/** unlinkat(2). */
export const sys_unlinkat: SyscallRow = {
  name: 'unlinkat',
  nr: { i386: 301, x86_64: 263, arm: 328 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['flags', 'atflags'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, flags = 0]) => {
    if (flags & ~AT_REMOVEDIR) return -EINVAL;
    const remove = flags & AT_REMOVEDIR ? doRmdir : doUnlink;
    remove(k, task, dirfd, pathArg(k, task, path));
    return 0;
  },
};

/** Linux: fs/namei.c do_linkat(). */
function linkat(k: Kernel, task: Task, args: readonly number[]): number {
  const [olddirfd = 0, oldpath = 0, newdirfd = 0, newpath = 0, flags = 0] = args;
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  // CAP_DAC_READ_SEARCH gives a name to what only a descriptor holds.
  if (flags & AT_EMPTY_PATH && !capable(task.cred, CAP_DAC_READ_SEARCH)) return -ENOENT;
  const { inode } = pathWalk(k, task, olddirfd, pathArg(k, task, oldpath), {
    follow: (flags & AT_SYMLINK_FOLLOW) !== 0,
    emptyPath: (flags & AT_EMPTY_PATH) !== 0,
  });
  if (!inode) return -ENOENT;
  linkPath(k, task, inode, newName(k, task, newdirfd, newpath, false));
  return 0;
}

/** link(2). */
export const sys_link: SyscallRow = {
  name: 'link',
  nr: { i386: 9, x86_64: 86, arm: 9 },
  args: [
    ['oldpath', 'path'],
    ['newpath', 'path'],
  ],
  ret: 'int',
  handler: (k, task, [oldpath = 0, newpath = 0]) => linkat(k, task, [AT_FDCWD, oldpath, AT_FDCWD, newpath, 0]),
};

/** linkat(2). */
export const sys_linkat: SyscallRow = {
  name: 'linkat',
  nr: { i386: 303, x86_64: 265, arm: 330 },
  args: [
    ['olddirfd', 'dirfd'],
    ['oldpath', 'path'],
    ['newdirfd', 'dirfd'],
    ['newpath', 'path'],
    ['flags', 'atflags'],
  ],
  ret: 'int',
  handler: linkat,
};

function symlinkat(k: Kernel, task: Task, targetAddr: number, dirfd: number, path: number): number {
  const target = pathArg(k, task, targetAddr);
  if (target === '') return -ENOENT;
  const { dir, name } = newName(k, task, dirfd, path, false);
  const inode = createEntry(k, task, dir, name, { kind: 'symlink', mode: S_IFLNK | 0o777, keepMode: true });
  inode.target = target;
  return 0;
}

/** symlink(2). */
export const sys_symlink: SyscallRow = {
  name: 'symlink',
  nr: { i386: 83, x86_64: 88, arm: 83 },
  args: [
    ['target', 'path'],
    ['linkpath', 'path'],
  ],
  ret: 'int',
  handler: (k, task, [target = 0, path = 0]) => symlinkat(k, task, target, AT_FDCWD, path),
};

/** symlinkat(2). */
export const sys_symlinkat: SyscallRow = {
  name: 'symlinkat',
  nr: { i386: 304, x86_64: 266, arm: 331 },
  args: [
    ['target', 'path'],
    ['newdirfd', 'dirfd'],
    ['linkpath', 'path'],
  ],
  ret: 'int',
  handler: (k, task, [target = 0, dirfd = 0, path = 0]) => symlinkat(k, task, target, dirfd, path),
};

function renameat2(k: Kernel, task: Task, args: readonly number[]): number {
  const [olddirfd = 0, oldpath = 0, newdirfd = 0, newpath = 0, flags = 0] = args;
  if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) return -EINVAL;
  if (flags & RENAME_NOREPLACE && flags & RENAME_EXCHANGE) return -EINVAL;
  const from = pathWalk(k, task, olddirfd, pathArg(k, task, oldpath), { forParent: true });
  const to = pathWalk(k, task, newdirfd, pathArg(k, task, newpath), { forParent: true });
  doRename(k, task, from, to, flags);
  return 0;
}

/** rename(2). */
export const sys_rename: SyscallRow = {
  name: 'rename',
  nr: { i386: 38, x86_64: 82, arm: 38 },
  args: [
    ['oldpath', 'path'],
    ['newpath', 'path'],
  ],
  ret: 'int',
  handler: (k, task, [oldpath = 0, newpath = 0]) => renameat2(k, task, [AT_FDCWD, oldpath, AT_FDCWD, newpath, 0]),
};

const RENAMEAT_ARGS = [
  ['olddirfd', 'dirfd'],
  ['oldpath', 'path'],
  ['newdirfd', 'dirfd'],
  ['newpath', 'path'],
] as const;

/** renameat(2). */
export const sys_renameat: SyscallRow = {
  name: 'renameat',
  nr: { i386: 302, x86_64: 264, arm: 329 },
  args: RENAMEAT_ARGS,
  ret: 'int',
  handler: (k, task, args) => renameat2(k, task, [...args.slice(0, 4), 0]),
};

/** renameat2(2): RENAME_WHITEOUT is refused, as by a file system without whiteouts. */
export const sys_renameat2: SyscallRow = {
  name: 'renameat2',
  nr: { i386: 353, x86_64: 316, arm: 382 },
  args: [...RENAMEAT_ARGS, ['flags', 'uint']],
  ret: 'int',
  handler: renameat2,
};

export const PATH_ROWS = [
  sys_mkdir,
  sys_mkdirat,
  sys_mknod,
  sys_mknodat,
  sys_rmdir,
  sys_unlink,
  sys_unlinkat,
  sys_link,
  sys_linkat,
  sys_symlink,
  sys_symlinkat,
  sys_rename,
  sys_renameat,
  sys_renameat2,
  ...ATTR_ROWS,
  ...UTIME_ROWS,
  ...TRUNCATE_ROWS,
];
