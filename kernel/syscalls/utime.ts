import { EFAULT, EINVAL } from '../abi/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from '../abi/fcntl.ts';
import { defineStruct } from '../abi/struct.ts';
import { kernelTimespec, timespec, timeval } from '../abi/structs.ts';
import { doUtimes, type NewTime } from '../fs/attr.ts';
import { fdget } from '../fs/file.ts';
import { pathLookup } from '../fs/namei.ts';
import { callIsa, getBytes, pathArg } from '../fs/uargs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';

/** utime(2), utimes(2), utimensat(2). Linux: fs/utimes.c. */

/** Linux: uapi/linux/stat.h. */
const UTIME_NOW = 0x3fff_ffff;
const UTIME_OMIT = 0x3fff_fffe;

/** Linux: uapi/linux/utime.h. */
const utimbuf = defineStruct('utimbuf', { actime: 'long', modtime: 'long' });

type Times = readonly [NewTime, NewTime] | null;

/** Address 0: now. Throws EINVAL, EFAULT. */
function timespecs(k: Kernel, task: Task, addr: number, codec: typeof timespec | typeof kernelTimespec): Times {
  if (addr === 0) return null;
  const isa = callIsa(task);
  const stride = codec.size(isa);
  const bytes = getBytes(k, task, addr, 2 * stride);
  const one = (at: number): NewTime => {
    const { tv_sec, tv_nsec } = codec.decode(isa, bytes, at);
    if (tv_nsec === UTIME_NOW) return 'now';
    if (tv_nsec === UTIME_OMIT) return 'omit';
    if (tv_nsec < 0 || tv_nsec >= 1e9) throw new SyscallError(EINVAL);
    return [tv_sec, tv_nsec];
  };
  return [one(0), one(stride)];
}

/** Address 0: now. Throws EINVAL, EFAULT. */
function timevals(k: Kernel, task: Task, addr: number): Times {
  if (addr === 0) return null;
  const isa = callIsa(task);
  const stride = timeval.size(isa);
  const bytes = getBytes(k, task, addr, 2 * stride);
  const one = (at: number): NewTime => {
    const { tv_sec, tv_usec } = timeval.decode(isa, bytes, at);
    if (tv_usec < 0 || tv_usec >= 1_000_000) throw new SyscallError(EINVAL);
    return [tv_sec, tv_usec * 1000];
  };
  return [one(0), one(stride)];
}

/** Linux: do_utimes(). No path means the descriptor itself. */
function utimesAt(k: Kernel, task: Task, dirfd: number, path: number, times: Times, atFlags: number): number {
  if (path === 0 && dirfd !== AT_FDCWD) {
    if (atFlags !== 0) return -EINVAL;
    doUtimes(k, task, fdget(task, dirfd).inode, times);
    return 0;
  }
  if (path === 0) return -EFAULT;
  if (atFlags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  const inode = pathLookup(k, task, dirfd, pathArg(k, task, path), {
    follow: (atFlags & AT_SYMLINK_NOFOLLOW) === 0,
    emptyPath: (atFlags & AT_EMPTY_PATH) !== 0,
  });
  doUtimes(k, task, inode, times);
  return 0;
}

/** utime(2): seconds. */
export const sys_utime: SyscallRow = {
  name: 'utime',
  nr: { i386: 30, x86_64: 132 },
  args: [
    ['filename', 'path'],
    ['times', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, addr = 0]) => {
    const isa = callIsa(task);
    if (addr === 0) return utimesAt(k, task, AT_FDCWD, path, null, 0);
    const { actime, modtime } = utimbuf.decode(isa, getBytes(k, task, addr, utimbuf.size(isa)));
    const times: Times = [
      [actime, 0],
      [modtime, 0],
    ];
    return utimesAt(k, task, AT_FDCWD, path, times, 0);
  },
};

/** utimes(2): microseconds. */
export const sys_utimes: SyscallRow = {
  name: 'utimes',
  nr: { i386: 271, x86_64: 235, arm: 269 },
  args: [
    ['filename', 'path'],
    ['times', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [path = 0, addr = 0]) => utimesAt(k, task, AT_FDCWD, path, timevals(k, task, addr), 0),
};

/** futimesat(2). */
export const sys_futimesat: SyscallRow = {
  name: 'futimesat',
  nr: { i386: 299, x86_64: 261, arm: 326 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['times', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [dirfd = 0, path = 0, addr = 0]) => utimesAt(k, task, dirfd, path, timevals(k, task, addr), 0),
};

function utimensat(
  k: Kernel,
  task: Task,
  args: readonly number[],
  codec: typeof timespec | typeof kernelTimespec,
): number {
  const [dirfd = 0, path = 0, addr = 0, atFlags = 0] = args;
  const times = timespecs(k, task, addr, codec);
  // Nothing to do: not even the path is looked at.
  if (times?.[0] === 'omit' && times[1] === 'omit') return 0;
  return utimesAt(k, task, dirfd, path, times, atFlags);
}

/** utimensat(2): nanoseconds. */
export const sys_utimensat: SyscallRow = {
  name: 'utimensat',
  nr: { i386: 320, x86_64: 280, arm: 348 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['times', 'ptr'],
    ['flags', 'atflags'],
  ],
  ret: 'int',
  handler: (k, task, args) => utimensat(k, task, args, timespec),
};

/** utimensat(2) with 64-bit times. */
export const sys_utimensat_time64: SyscallRow = {
  name: 'utimensat_time64',
  nr: { i386: 412, arm: 412 },
  args: [
    ['dirfd', 'dirfd'],
    ['pathname', 'path'],
    ['times', 'ptr'],
    ['flags', 'atflags'],
  ],
  ret: 'int',
  handler: (k, task, args) => utimensat(k, task, args, kernelTimespec),
};

export const UTIME_ROWS = [sys_utime, sys_utimes, sys_futimesat, sys_utimensat, sys_utimensat_time64];
