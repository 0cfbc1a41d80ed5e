import { PTRACE_EVENTMSG_SYSCALL_ENTRY, PTRACE_EVENTMSG_SYSCALL_EXIT, PTRACE_O_TRACESYSGOOD } from '../abi/ptrace.ts';
import { SIGTRAP, TRAP_BRKPT } from '../abi/signal.ts';
import { archOf } from '../arch/index.ts';
import { getReg } from '../ptregs.ts';
import { forceSignal } from '../signal/send.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { ptraceNotify } from './stop.ts';
import type { Ptrace } from './types.ts';

/** Stops at the two ends of a system call. Linux: include/linux/ptrace.h ptrace_report_syscall_entry(), …_exit(). */

const ENTRY = 'ptrace-entry';

function stopCode(ptrace: Ptrace): number {
  return SIGTRAP | (ptrace.options & PTRACE_O_TRACESYSGOOD ? 0x80 : 0);
}

/** Whether the task has stopped in front of its call; `entryResumed` tells when it goes on. */
export function reportEntry(k: Kernel, task: Task, ptrace: Ptrace): boolean {
  const { inSyscall } = task;
  if (!inSyscall || (ptrace.resume !== 'syscall' && ptrace.resume !== 'sysemu')) return false;
  ptrace.callIsa = inSyscall.isa;
  inSyscall.resume = { kind: ENTRY, emulated: ptrace.resume === 'sysemu' };
  if (ptraceNotify(k, task, 'syscall-entry', stopCode(ptrace), PTRACE_EVENTMSG_SYSCALL_ENTRY)) return true;
  inSyscall.resume = null;
  return false;
}

/**
 * The task goes on behind its entry stop: null when that is not where it is, else whether the call is to be made. The tracer may
 * have changed number and arguments.
 */
export function entryResumed(k: Kernel, task: Task): boolean | null {
  const { inSyscall } = task;
  if (inSyscall?.resume?.kind !== ENTRY) return null;
  const { emulated } = inSyscall.resume;
  inSyscall.resume = null;
  const { ptRegs } = archOf(task.isa);
  // ARM keeps the number apart: PTRACE_SET_SYSCALL has changed it already.
  if (ptRegs.nr === ptRegs.orig) inSyscall.nr = getReg(k, task, ptRegs.orig) | 0;
  return inSyscall.nr !== -1 && emulated !== true;
}

/** A call has its result. A task that is stepped gets SIGTRAP here, before it runs an instruction of its own. */
export function reportExit(k: Kernel, task: Task, ptrace: Ptrace): void {
  if (ptrace.resume === 'step') {
    const addr = getReg(k, task, archOf(task.isa).ptRegs.ip);
    forceSignal(k, task, { signo: SIGTRAP, errno: 0, code: TRAP_BRKPT, addr });
  } else if (ptrace.resume === 'syscall') {
    ptraceNotify(k, task, 'syscall-exit', stopCode(ptrace), PTRACE_EVENTMSG_SYSCALL_EXIT);
  }
}
