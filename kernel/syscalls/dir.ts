import { CAP_SYS_CHROOT } from '../abi/capability.ts';
import { EINVAL, ENOENT, ENOTDIR, EPERM, ERANGE } from '../abi/errno.ts';
import { AT_FDCWD } from '../abi/fcntl.ts';
import { encodeDirent, encodeDirent64 } from '../abi/structs.ts';
import { cString, stringToBytes } from '../bytes.ts';
import { capable } from '../commoncap.ts';
import { isUnlinked, pathBelow } from '../fs/dpath.ts';
import { fdget } from '../fs/file.ts';
import { isDirectory } from '../fs/inode.ts';
import { directoryOfFd, fsOf, pathLookup } from '../fs/namei.ts';
import { inodePermission, MAY_EXEC } from '../fs/permission.ts';
import { type DirentEncoder, readDirectory } from '../fs/readdir.ts';
import { readLink } from '../fs/readlink.ts';
import type { Inode } from '../fs/types.ts';
import { callIsa, pathArg, putBytes } from '../fs/uargs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';

function getdents(k: Kernel, task: Task, args: readonly number[], encode: DirentEncoder): number {
  const [fd = 0, buf = 0, count = 0] = args;
  const file = fdget(task, fd);
  if (!isDirectory(file.inode)) return -ENOTDIR;
  if (isUnlinked(file.inode)) return -ENOENT;
  const isa = callIsa(task);
  const { bytes, next } = readDirectory(k, task, file, count, (entry) => encode(isa, entry));
  putBytes(k, task, buf, bytes);
  file.pos = next;
  return bytes.length;
}

const GETDENTS_ARGS = [
  ['fd', 'fd'],
  ['dirp', 'dirents'],
  ['count', 'uint'],
] as const;

/** getdents(2). */
export const sys_getdents: SyscallRow = {
  name: 'getdents',
  nr: { i386: 141, x86_64: 78, arm: 141 },
  args: GETDENTS_ARGS,
  ret: 'int',
  handler: (k, task, args) => getdents(k, task, args, encodeDirent),
};

/** getdents64(2). */
export const sys_getdents64: SyscallRow = {
  name: 'getdents64',
  nr: { i386: 220, x86_64: 217, arm: 217 },
  args: GETDENTS_ARGS,
  ret: 'int',
  handler: (k, task, args) => getdents(k, task, args, encodeDirent64),
};

/** getcwd(2): the length with the NUL. Linux: fs/d_path.c SYSCALL_DEFINE2(getcwd). */
export const sys_getcwd: SyscallRow = {
  name: 'getcwd',
  nr: { i386: 183, x86_64: 79, arm: 183 },
  args: [
    ['buf', 'outpath'],
    ['size', 'size'],
  ],
  ret: 'int',
  handler: (k, task, [buf = 0, size = 0]) => {
    const { cwd, root } = fsOf(task);
    if (isUnlinked(cwd)) return -ENOENT;
    const path = pathBelow(cwd, root) ?? `(unreachable)${pathBelow(cwd, null) ?? '/'}`;
    const bytes = cString(path);
    if (bytes.length > size) return -ERANGE;
    putBytes(k, task, buf, bytes);
    return bytes.length;
  },
};

/** A directory that may become cwd or root. */
function enterable(task: Task, inode: Inode): Inode {
  if (!isDirectory(inode)) throw new SyscallError(ENOTDIR);
  inodePermission(task.cred, inode, MAY_EXEC);
  return inode;
}

/** chdir(2). */
export const sys_chdir: SyscallRow = {
  name: 'chdir',
  nr: { i386: 12, x86_64: 80, arm: 12 },
  args: [['path', 'path']],
  ret: 'int',
  handler: (k, task, [path = 0]) => {
    fsOf(task).cwd = enterable(task, pathLookup(k, task, AT_FDCWD, pathArg(k, task, path)));
    return 0;
  },
};

/** fchdir(2). */
export const sys_fchdir: SyscallRow = {
  name: 'fchdir',
  nr: { i386: 133, x86_64: 81, arm: 133 },
  args: [['fd', 'fd']],
  ret: 'int',
  handler: (_k, task, [fd = 0]) => {
    fsOf(task).cwd = enterable(task, directoryOfFd(task, fd));
    return 0;
  },
};

/** chroot(2): for root alone. */
export const sys_chroot: SyscallRow = {
  name: 'chroot',
  nr: { i386: 61, x86_64: 161, arm: 61 },
  args: [['path', 'path']],
  ret: 'int',
  handler: (k, task, [path = 0]) => {
    const inode = enterable(task, pathLookup(k, task, AT_FDCWD, pathArg(k, task, path)));
    if (!capable(task.cred, CAP_SYS_CHROOT)) return -EPERM;
    fsOf(task).root = inode;
    return 0;
  },
};

/** Linux: fs/stat.c do_readlinkat(). */
function readlinkat(k: Kernel, task: Task, dirfd: number, path: number, buf: number, size: number): number {
  if (size <= 0) return -EINVAL;
  const text = pathArg(k, task, path);
  const inode = pathLookup(k, task, dirfd, text, { follow: false, emptyPath: true });
  const bytes = stringToBytes(readLink(k, task, inode, text === '')).subarray(0, size);
  putBytes(k, task, buf, bytes);
  return bytes.length;
}

/** readlink(2). */
export const sys_readlink: SyscallRow = {
  name: 'readlink',
  nr: { i386: 85, x86_64: 89, arm: 85 },
  args: [
    ['pathname', 'path'],
    ['buf', 'outbuf'],
    ['bufsiz', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, buf = 0, size = 0]) => readlinkat(k, task, AT_FDCWD, path, buf, size),
};

/** readlinkat(2). */
export const sys_readlinkat: SyscallRow = {
  name: 'readlinkat',
  nr: { i386: 305, x86_64: 267, arm: 332 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['buf', 'outbuf'],
    ['bufsiz', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, buf = 0, size = 0]) => readlinkat(k, task, dirfd, path, buf, size),
};

export const DIR_ROWS = [
  sys_getdents,
  sys_getdents64,
  sys_getcwd,
  sys_chdir,
  sys_fchdir,
  sys_chroot,
  sys_readlink,
  sys_readlinkat,
];
