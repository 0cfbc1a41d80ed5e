import { EINVAL, ENOENT } from '../abi/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from '../abi/fcntl.ts';
import { archOf } from '../arch/index.ts';
import { doChmod, doChown } from '../fs/attr.ts';
import { fdget } from '../fs/file.ts';
import { pathLookup } from '../fs/namei.ts';
import type { Inode } from '../fs/types.ts';
import { callIsa, pathArg } from '../fs/uargs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** chmod(2), chown(2) and their kin. */

function chmod(k: Kernel, task: Task, inode: Inode, mode: number): number {
  doChmod(k, task, inode, mode);
  return 0;
}

/** chmod(2). */
export const sys_chmod: SyscallRow = {
  name: 'chmod',
  nr: { i386: 15, x86_64: 90, arm: 15 },
  args: [
    ['pathname', 'path'],
    ['mode', 'mode'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, mode = 0]) =>
    chmod(k, task, pathLookup(k, task, AT_FDCWD, pathArg(k, task, path)), mode),
};

/** fchmod(2). */
export const sys_fchmod: SyscallRow = {
  name: 'fchmod',
  nr: { i386: 94, x86_64: 91, arm: 94 },
  args: [
    ['fd', 'fd'],
    ['mode', 'mode'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, mode = 0]) => chmod(k, task, fdget(task, fd).inode, mode),
};

/** fchmodat(2): the system call has no flags. */
export const sys_fchmodat: SyscallRow = {
  name: 'fchmodat',
  nr: { i386: 306, x86_64: 268, arm: 333 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['mode', 'mode'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, mode = 0]) =>
    chmod(k, task, pathLookup(k, task, dirfd, pathArg(k, task, path)), mode),
};

/** An id of the old calls of the 32-bit ISAs: 16 bits, of which all ones mean -1. Linux: low2highuid(). */
function oldId(task: Task, id: number): number {
  if (archOf(callIsa(task)).wordBytes === 8) return id;
  return (id & 0xffff) === 0xffff ? -1 : id & 0xffff;
}

interface ChownTarget {
  dirfd: number;
  path: number;
  atFlags: number;
}

function chownAt(k: Kernel, task: Task, { dirfd, path, atFlags }: ChownTarget, uid: number, gid: number): number {
  if (atFlags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  const text = pathArg(k, task, path);
  if (text === '' && !(atFlags & AT_EMPTY_PATH)) return -ENOENT;
  const inode = pathLookup(k, task, dirfd, text, {
    follow: (atFlags & AT_SYMLINK_NOFOLLOW) === 0,
    emptyPath: (atFlags & AT_EMPTY_PATH) !== 0,
  });
  doChown(k, task, inode, uid, gid);
  return 0;
}

const CHOWN_ARGS = [
  ['pathname', 'path'],
  ['owner', 'uid'],
  ['group', 'uid'],
] as const;

/** chown(2). */
export const sys_chown: SyscallRow = {
  name: 'chown',
  nr: { i386: 182, x86_64: 92, arm: 182 },
  args: CHOWN_ARGS,
  ret: 'int',
  handler: (k, task, [path = 0, uid = 0, gid = 0]) =>
    chownAt(k, task, { dirfd: AT_FDCWD, path, atFlags: 0 }, oldId(task, uid), oldId(task, gid)),
};

/** lchown(2). */
export const sys_lchown: SyscallRow = {
  name: 'lchown',
  nr: { i386: 16, x86_64: 94, arm: 16 },
  args: CHOWN_ARGS,
  ret: 'int',
  handler: (k, task, [path = 0, uid = 0, gid = 0]) =>
    chownAt(k, task, { dirfd: AT_FDCWD, path, atFlags: AT_SYMLINK_NOFOLLOW }, oldId(task, uid), oldId(task, gid)),
};

/** chown(2) with 32-bit ids. */
export const sys_chown32: SyscallRow = {
  name: 'chown32',
  nr: { i386: 212, arm: 212 },
  args: CHOWN_ARGS,
  ret: 'int',
  handler: (k, task, [path = 0, uid = 0, gid = 0]) => chownAt(k, task, { dirfd: AT_FDCWD, path, atFlags: 0 }, uid, gid),
};

/** lchown(2) with 32-bit ids. */
export const sys_lchown32: SyscallRow = {
  name: 'lchown32',
  nr: { i386: 198, arm: 198 },
  args: CHOWN_ARGS,
  ret: 'int',
  handler: (k, task, [path = 0, uid = 0, gid = 0]) =>
    chownAt(k, task, { dirfd: AT_FDCWD, path, atFlags: AT_SYMLINK_NOFOLLOW }, uid, gid),
};

const FCHOWN_ARGS = [
  ['fd', 'fd'],
  ['owner', 'uid'],
  ['group', 'uid'],
] as const;

/** fchown(2). */
export const sys_fchown: SyscallRow = {
  name: 'fchown',
  nr: { i386: 95, x86_64: 93, arm: 95 },
  args: FCHOWN_ARGS,
  ret: 'int',
  handler: (k, task, [fd = 0, uid = 0, gid = 0]) => {
    doChown(k, task, fdget(task, fd).inode, oldId(task, uid), oldId(task, gid));
    return 0;
  },
};

/** fchown(2) with 32-bit ids. */
export const sys_fchown32: SyscallRow = {
  name: 'fchown32',
  nr: { i386: 207, arm: 207 },
  args: FCHOWN_ARGS,
  ret: 'int',
  handler: (k, task, [fd = 0, uid = 0, gid = 0]) => {
    doChown(k, task, fdget(task, fd).inode, uid, gid);
    return 0;
  },
};

/** fchownat(2). */
export const sys_fchownat: SyscallRow = {
  name: 'fchownat',
  nr: { i386: 298, x86_64: 260, arm: 325 },
  args: [['dirfd', 'dirfd'], ...CHOWN_ARGS, ['flags', 'atflags']],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, uid = 0, gid = 0, atFlags = 0]) =>
    chownAt(k, task, { dirfd, path, atFlags }, uid, gid),
};

export const ATTR_ROWS = [
  sys_chmod,
  sys_fchmod,
  sys_fchmodat,
  sys_chown,
  sys_lchown,
  sys_chown32,
  sys_lchown32,
  sys_fchown,
  sys_fchown32,
  sys_fchownat,
];
