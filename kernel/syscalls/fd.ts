import { EBADF, EINVAL, ERESTARTSYS, EWOULDBLOCK } from '../abi/errno.ts';
import { LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, O_CLOEXEC } from '../abi/fcntl.ts';
import { doFcntl } from '../fs/fcntl.ts';
import { allocFd, fdget, fdgetRaw, fget, flockChannel, installFd, maxFds } from '../fs/file.ts';
import { tryFlock, unlockFlock } from '../fs/flock.ts';
import { mayRead, mayWrite } from '../fs/open-flags.ts';
import { signalPending, sleepOn } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** dup(2). */
export const sys_dup: SyscallRow = {
  name: 'dup',
  nr: { i386: 41, x86_64: 32, arm: 41 },
  args: [['oldfd', 'fd']],
  ret: 'fd',
  handler: (_k, task, [oldfd = 0]) => {
    const file = fdgetRaw(task, oldfd);
    const fd = allocFd(task, file, false);
    fget(file);
    return fd;
  },
};

/** Linux: fs/file.c ksys_dup3(). */
function dupTo(k: Kernel, task: Task, oldfd: number, newfd: number, cloexec: boolean): number {
  if (newfd < 0 || newfd >= maxFds(task)) return -EBADF;
  const file = fdgetRaw(task, oldfd);
  installFd(k, task, newfd, fget(file), cloexec);
  return newfd;
}

/** dup2(2): a descriptor onto itself stays as it is. */
export const sys_dup2: SyscallRow = {
  name: 'dup2',
  nr: { i386: 63, x86_64: 33, arm: 63 },
  args: [
    ['oldfd', 'fd'],
    ['newfd', 'fd'],
  ],
  ret: 'fd',
  handler: (k, task, [oldfd = 0, newfd = 0]) => {
    if (oldfd !== newfd) return dupTo(k, task, oldfd, newfd, false);
    fdgetRaw(task, oldfd);
    return oldfd;
  },
};

/** dup3(2). */
export const sys_dup3: SyscallRow = {
  name: 'dup3',
  nr: { i386: 330, x86_64: 292, arm: 358 },
  args: [
    ['oldfd', 'fd'],
    ['newfd', 'fd'],
    ['flags', 'openflags'],
  ],
  ret: 'fd',
  handler: (k, task, [oldfd = 0, newfd = 0, flags = 0]) => {
    if (flags & ~O_CLOEXEC || oldfd === newfd) return -EINVAL;
    return dupTo(k, task, oldfd, newfd, (flags & O_CLOEXEC) !== 0);
  },
};

const FCNTL_ARGS = [
  ['fd', 'fd'],
  ['cmd', 'fcntlcmd'],
  ['arg', 'ulong'],
] as const;

/** fcntl(2): `struct flock` has the ISA's off_t. */
export const sys_fcntl: SyscallRow = {
  name: 'fcntl',
  nr: { i386: 55, x86_64: 72, arm: 55 },
  args: FCNTL_ARGS,
  ret: 'int',
  handler: (k, task, [fd = 0, cmd = 0, arg = 0]) => doFcntl(k, task, fd, cmd, arg, false),
};

/** fcntl(2) of the 32-bit ISAs, which knows F_GETLK64 and so on. */
export const sys_fcntl64: SyscallRow = {
  name: 'fcntl64',
  nr: { i386: 221, arm: 221 },
  args: FCNTL_ARGS,
  ret: 'int',
  handler: (k, task, [fd = 0, cmd = 0, arg = 0]) => doFcntl(k, task, fd, cmd, arg, true),
};

/** flock(2). */
export const sys_flock: SyscallRow = {
  name: 'flock',
  nr: { i386: 143, x86_64: 73, arm: 143 },
  args: [
    ['fd', 'fd'],
    ['operation', 'uint'],
  ],
  ret: 'int',
  handler: (k, task, [fd = 0, operation = 0]) => {
    const wanted = operation & ~LOCK_NB;
    if (wanted !== LOCK_SH && wanted !== LOCK_EX && wanted !== LOCK_UN) return -EINVAL;
    const file = fdget(task, fd);
    if (wanted === LOCK_UN) unlockFlock(k, file);
    else if (!mayRead(file) && !mayWrite(file)) return -EBADF;
    else if (!tryFlock(k, file, wanted === LOCK_EX)) {
      if (operation & LOCK_NB) return -EWOULDBLOCK;
      if (signalPending(task)) return -ERESTARTSYS;
      return sleepOn(k, task, [flockChannel(file.inode)]);
    }
    return 0;
  },
};

export const FD_ROWS = [sys_dup, sys_dup2, sys_dup3, sys_fcntl, sys_fcntl64, sys_flock];
