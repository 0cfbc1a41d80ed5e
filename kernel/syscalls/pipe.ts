import { EINVAL } from '../abi/errno.ts';
import { O_CLOEXEC, O_NONBLOCK } from '../abi/fcntl.ts';
import { writeU32 } from '../bytes.ts';
import { allocFd, closeFd, fput } from '../fs/file.ts';
import { fromUserFlags, O_DIRECT, toUserFlags } from '../fs/open-flags.ts';
import { createPipe } from '../fs/pipe.ts';
import { callIsa, putBytes } from '../fs/uargs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** Linux: fs/pipe.c do_pipe2(). `flags` are the kernel's values. */
function doPipe2(k: Kernel, task: Task, addr: number, flags: number): number {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) return -EINVAL;
  const cloexec = (flags & O_CLOEXEC) !== 0;
  const { readEnd, writeEnd } = createPipe(k, task, flags);
  const fds: number[] = [];
  try {
    fds.push(allocFd(task, readEnd, cloexec));
    fds.push(allocFd(task, writeEnd, cloexec));
    const bytes = new Uint8Array(8);
    writeU32(bytes, 0, fds[0] ?? 0);
    writeU32(bytes, 4, fds[1] ?? 0);
    putBytes(k, task, addr, bytes);
    return 0;
  } catch (error) {
    for (const fd of fds) closeFd(k, task, fd);
    for (const end of [readEnd, writeEnd].slice(fds.length)) fput(k, end);
    throw error;
  }
}

/** pipe(2). */
export const sys_pipe: SyscallRow = {
  name: 'pipe',
  nr: { i386: 42, x86_64: 22, arm: 42 },
  args: [['pipefd', 'fdpair']],
  ret: 'int',
  handler: (k, task, [addr = 0]) => doPipe2(k, task, addr, 0),
};

/** pipe2(2). */
export const sys_pipe2: SyscallRow = {
  name: 'pipe2',
  nr: { i386: 331, x86_64: 293, arm: 359 },
  args: [
    ['pipefd', 'fdpair'],
    ['flags', 'openflags'],
  ],
  ret: 'int',
  handler: (k, task, [addr = 0, flags = 0]) => {
    const isa = callIsa(task);
    const known = fromUserFlags(isa, flags);
    return toUserFlags(isa, known) === flags ? doPipe2(k, task, addr, known) : -EINVAL;
  },
};

export const PIPE_ROWS = [sys_pipe, sys_pipe2];
