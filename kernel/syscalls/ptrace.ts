import { EINVAL, EIO, ESRCH } from '../abi/errno.ts';
import {
  PTRACE_ATTACH,
  PTRACE_INTERRUPT,
  PTRACE_KILL,
  PTRACE_O_MASK,
  PTRACE_SEIZE,
  PTRACE_TRACEME,
} from '../abi/ptrace.ts';
import { findTaskByVpid } from '../pid.ts';
import { ptraceAttach, ptraceTraceme } from '../ptrace/link.ts';
import { checkAttach, dataWord, optionsRefused, ptraceRequest } from '../ptrace/requests.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

function seize(k: Kernel, tracer: Task, task: Task, addr: number, options: number): number {
  if (addr !== 0 || options > 0xffff_ffff || options & ~PTRACE_O_MASK) return -EIO;
  if (optionsRefused(options)) return -EINVAL;
  return ptraceAttach(k, tracer, task, true, options);
}

/** ptrace(2). The peeking requests write what they find to `data`, as the system call does; libc's function returns it. */
export const sys_ptrace: SyscallRow = {
  name: 'ptrace',
  nr: { i386: 26, x86_64: 101, arm: 26 },
  args: [
    ['request', 'ptracerequest'],
    ['pid', 'pid'],
    ['addr', 'hex'],
    ['data', 'hex'],
  ],
  ret: 'int',
  handler: (k, tracer, [request = 0, pid = 0, addr = 0, data = 0]) => {
    if (request === PTRACE_TRACEME) return ptraceTraceme(k, tracer);
    const task = findTaskByVpid(k, tracer, pid);
    if (!task) return -ESRCH;
    if (request === PTRACE_ATTACH) return ptraceAttach(k, tracer, task, false, 0);
    if (request === PTRACE_SEIZE) return seize(k, tracer, task, addr, data);
    const refused = checkAttach(tracer, task, request === PTRACE_KILL || request === PTRACE_INTERRUPT);
    const { ptrace } = task;
    if (refused !== 0 || !ptrace) return refused || -ESRCH;
    return ptraceRequest({ k, tracer, task, ptrace, addr, data, word: dataWord(k, tracer) }, request);
  },
};

export const PTRACE_ROWS: readonly SyscallRow[] = [sys_ptrace];
