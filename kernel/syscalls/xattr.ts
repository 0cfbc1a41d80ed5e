import { E2BIG, EINVAL, ENAMETOOLONG, ENODATA, EOPNOTSUPP, EPERM, ERANGE } from '../abi/errno.ts';
import { AT_FDCWD } from '../abi/fcntl.ts';
import { S_IFDIR, S_IFMT, S_IFREG } from '../abi/stat.ts';
import { fdget } from '../fs/file.ts';
import { pathLookup } from '../fs/namei.ts';
import type { Inode } from '../fs/types.ts';
import { mmOf, pathArg } from '../fs/uargs.ts';
import { copyFromUser, getString } from '../mm/uaccess.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type ArgKind, SyscallError, type SyscallRow } from './row.ts';

/**
 * Extended attributes: no file system here has any, and the calls say so as Linux does of such a one (/proc). Linux: fs/xattr.c.
 */

const XATTR_NAME_MAX = 255;
const XATTR_SIZE_MAX = 65536;
const XATTR_CREATE = 1;
const XATTR_REPLACE = 2;

function attributeName(k: Kernel, task: Task, addr: number): string {
  try {
    const name = getString(k, mmOf(task), addr, XATTR_NAME_MAX + 1);
    if (name !== '') return name;
  } catch (error) {
    if (!(error instanceof SyscallError) || error.errno !== ENAMETOOLONG) throw error;
  }
  throw new SyscallError(ERANGE);
}

/** Attributes of users are for files and directories. Linux: xattr_permission(). */
function refuse(inode: Inode, name: string, otherwise: number): number {
  const type = inode.mode & S_IFMT;
  return name.startsWith('user.') && type !== S_IFREG && type !== S_IFDIR ? -otherwise : -EOPNOTSUPP;
}

type Act = (k: Kernel, task: Task, inode: Inode, args: readonly number[]) => number;

const set: Act = (k, task, inode, [nameAddr = 0, value = 0, size = 0, flags = 0]) => {
  if (flags & ~(XATTR_CREATE | XATTR_REPLACE)) return -EINVAL;
  const name = attributeName(k, task, nameAddr);
  if (size > XATTR_SIZE_MAX) return -E2BIG;
  copyFromUser(k, mmOf(task), value, size);
  return refuse(inode, name, EPERM);
};

const get: Act = (k, task, inode, [name = 0]) => refuse(inode, attributeName(k, task, name), ENODATA);

const list: Act = () => 0;

const remove: Act = (k, task, inode, [name = 0]) => refuse(inode, attributeName(k, task, name), EPERM);

type Args = readonly (readonly [string, ArgKind])[];

/** The call, that which does not follow a link, and that for a descriptor: their numbers follow each other, x86-64's lie apart. */
function family(name: string, i386: number, args: Args, act: Act): SyscallRow[] {
  const row = (i: number, letter: string, target: readonly [string, ArgKind], find: FindInode): SyscallRow => ({
    name: `${letter}${name}`,
    nr: { i386: i386 + i, x86_64: i386 - 38 + i, arm: i386 + i },
    args: [target, ...args],
    ret: 'int',
    handler: (k, task, [first = 0, ...rest]) => act(k, task, find(k, task, first), rest),
  });
  const path = ['path', 'path'] as const;
  return [
    row(0, '', path, (k, task, addr) => pathLookup(k, task, AT_FDCWD, pathArg(k, task, addr))),
    row(1, 'l', path, (k, task, addr) => pathLookup(k, task, AT_FDCWD, pathArg(k, task, addr), { follow: false })),
    row(2, 'f', ['fd', 'fd'], (_k, task, fd) => fdget(task, fd).inode),
  ];
}

type FindInode = (k: Kernel, task: Task, target: number) => Inode;

/** setxattr(2), getxattr(2), listxattr(2), removexattr(2) and their kin. */
export const XATTR_ROWS = [
  ...family(
    'setxattr',
    226,
    [
      ['name', 'path'],
      ['value', 'ptr'],
      ['size', 'size'],
      ['flags', 'int'],
    ],
    set,
  ),
  ...family(
    'getxattr',
    229,
    [
      ['name', 'path'],
      ['value', 'ptr'],
      ['size', 'size'],
    ],
    get,
  ),
  ...family(
    'listxattr',
    232,
    [
      ['list', 'ptr'],
      ['size', 'size'],
    ],
    list,
  ),
  ...family('removexattr', 235, [['name', 'path']], remove),
];
