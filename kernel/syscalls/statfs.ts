import { EINVAL } from '../abi/errno.ts';
import { AT_FDCWD } from '../abi/fcntl.ts';
import { statfs, statfs64 } from '../abi/structs.ts';
import { fdgetRaw } from '../fs/file.ts';
import { fsStatistics } from '../fs/kstatfs.ts';
import { pathLookup } from '../fs/namei.ts';
import type { Inode } from '../fs/types.ts';
import { callIsa, pathArg, putBytes } from '../fs/uargs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

function putStatfs(k: Kernel, task: Task, inode: Inode, addr: number): number {
  putBytes(k, task, addr, statfs.encode(callIsa(task), fsStatistics(k, inode)));
  return 0;
}

/**
 * The length must be the structure's. ARM's library once passed 88 for it. Linux: arch/arm/kernel/sys_oabi-compat.c,
 * entry-common.S.
 */
function putStatfs64(k: Kernel, task: Task, inode: Inode, sizeBytes: number, addr: number): number {
  const isa = callIsa(task);
  if (sizeBytes !== statfs64.size(isa) && sizeBytes !== STATFS64_PADDED[isa]) return -EINVAL;
  putBytes(k, task, addr, statfs64.encode(isa, fsStatistics(k, inode)));
  return 0;
}

const STATFS64_PADDED = { i386: 84, x86_64: 120, arm: 88 } as const;

/** statfs(2). */
export const sys_statfs: SyscallRow = {
  name: 'statfs',
  nr: { i386: 99, x86_64: 137, arm: 99 },
  args: [
    ['path', 'path'],
    ['buf', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, buf = 0]) =>
    putStatfs(k, task, pathLookup(k, task, AT_FDCWD, pathArg(k, task, path)), buf),
};

/** fstatfs(2). */
export const sys_fstatfs: SyscallRow = {
  name: 'fstatfs',
  nr: { i386: 100, x86_64: 138, arm: 100 },
  args: [
    ['fd', 'fd'],
    ['buf', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, buf = 0]) => putStatfs(k, task, fdgetRaw(task, fd).inode, buf),
};

/** statfs(2) with struct statfs64. */
export const sys_statfs64: SyscallRow = {
  name: 'statfs64',
  nr: { i386: 268, arm: 266 },
  args: [
    ['path', 'path'],
    ['sz', 'size'],
    ['buf', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, size = 0, buf = 0]) =>
    putStatfs64(k, task, pathLookup(k, task, AT_FDCWD, pathArg(k, task, path)), size, buf),
};

/** fstatfs(2) with struct statfs64. */
export const sys_fstatfs64: SyscallRow = {
  name: 'fstatfs64',
  nr: { i386: 269, arm: 267 },
  args: [
    ['fd', 'fd'],
    ['sz', 'size'],
    ['buf', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, size = 0, buf = 0]) => putStatfs64(k, task, fdgetRaw(task, fd).inode, size, buf),
};

export const STATFS_ROWS = [sys_statfs, sys_fstatfs, sys_statfs64, sys_fstatfs64];
