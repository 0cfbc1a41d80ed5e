import { CAP_FOWNER } from '../abi/capability.ts';
import { EBADF, EINVAL, EPERM } from '../abi/errno.ts';
import {
  F_ADD_SEALS,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GET_SEALS,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETFD,
  F_SETFL,
  F_SETPIPE_SZ,
  FD_CLOEXEC,
  O_APPEND,
  O_NOATIME,
  O_NONBLOCK,
  O_PATH,
} from '../abi/fcntl.ts';
import { capable } from '../commoncap.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { allocFd, fdgetRaw, fget, filesOf } from './file.ts';
import { fromUserFlags, O_DIRECT, toUserFlags } from './open-flags.ts';
import { pipeSize, setPipeSize } from './pipe.ts';
import { isPosixLockCommand, posixLock } from './posix-lock.ts';
import { addSeals, getSeals } from './seals.ts';
import type { File } from './types.ts';
import { callIsa } from './uargs.ts';

/** Flags that F_SETFL changes. */
const SETFL_MASK = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;
/** What an O_PATH descriptor may be asked. Linux: check_fcntl_cmd(). */
const PATH_COMMANDS: readonly number[] = [F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL];

/**
 * fcntl(2). `isFcntl64`: the call that knows F_GETLK64 and so on. An unknown command is -EINVAL. Linux: fs/fcntl.c
 * do_fcntl().
 */
export function doFcntl(k: Kernel, task: Task, fd: number, cmd: number, arg: number, isFcntl64: boolean): number {
  const file = fdgetRaw(task, fd);
  if (file.flags & O_PATH && !PATH_COMMANDS.includes(cmd)) return -EBADF;
  if (isPosixLockCommand(callIsa(task), cmd, isFcntl64)) return posixLock(k, task, file, cmd, arg);
  switch (cmd) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC: {
      const copy = allocFd(task, file, cmd === F_DUPFD_CLOEXEC, arg | 0);
      fget(file);
      return copy;
    }
    case F_GETFD:
      return filesOf(task).fd[fd]?.cloexec ? FD_CLOEXEC : 0;
    case F_SETFD: {
      const entry = filesOf(task).fd[fd];
      if (entry) entry.cloexec = (arg & FD_CLOEXEC) !== 0;
      return 0;
    }
    case F_GETFL:
      return toUserFlags(callIsa(task), file.flags);
    case F_SETFL:
      return setFlags(task, file, fromUserFlags(callIsa(task), arg));
    case F_GETPIPE_SZ:
      return file.inode.pipe ? pipeSize(file.inode.pipe) : -EBADF;
    case F_SETPIPE_SZ:
      return file.inode.pipe ? setPipeSize(k, task, file.inode.pipe, arg) : -EBADF;
    case F_ADD_SEALS:
      return addSeals(k, file, arg);
    case F_GET_SEALS:
      return getSeals(file);
    default:
      return -EINVAL;
  }
}

/** Linux: setfl(). O_DIRECT makes packets of a pipe, and is refused elsewhere. */
function setFlags(task: Task, file: File, flags: number): number {
  const { inode } = file;
  const { fsuid } = task.cred;
  if (flags & ~file.flags & O_NOATIME && fsuid !== inode.uid && !capable(task.cred, CAP_FOWNER)) return -EPERM;
  if (flags & O_DIRECT && !inode.pipe) return -EINVAL;
  file.flags = (flags & SETFL_MASK) | (file.flags & ~SETFL_MASK);
  return 0;
}
