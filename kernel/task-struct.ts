import { archOf } from './arch/index.ts';
import { allocKernelStack } from './mm/frames.ts';
import { storeWord } from './mm/phys.ts';
import type { PhysAddr } from './ports.ts';
import type { Kernel } from './state.ts';
import type { Task } from './task.ts';

/**
 * `struct thread_info` at the lowest bytes of each kernel stack, as 32-bit words. Linux keeps a pointer to the task in its
 * first word; here it is the pid. Linux: arch/arm/include/asm/thread_info.h.
 */
export const THREAD_INFO = { task: 0, flags: 1, preemptCount: 2, cpu: 3, magic: 4 } as const;

/** STACK_END_MAGIC, include/uapi/linux/magic.h: overwritten when a kernel stack overflows. */
const STACK_END_MAGIC = 0x57ac_6e9d;

/** Where pt_regs stands on a kernel stack of this task's ISA. Linux: task_pt_regs(). */
export function taskPtRegs(isa: Task['isa'], stack: PhysAddr): PhysAddr {
  const arch = archOf(isa);
  return stack + arch.threadSizeBytes - arch.stackTopPadding - arch.ptRegs.lenBytes;
}

export function writeThreadInfo(k: Kernel, task: Task): void {
  const at = task.stack >>> 2;
  storeWord(k, at + THREAD_INFO.task, task.pid);
  storeWord(k, at + THREAD_INFO.magic, STACK_END_MAGIC);
}

/** A copy of `parent` with a kernel stack of its own, or null when memory is used up. Linux: kernel/fork.c dup_task_struct(). */
export function dupTaskStruct(k: Kernel, parent: Task, pid: number): Task | null {
  const stack = allocKernelStack(k);
  if (stack === 0) return null;
  const task: Task = {
    ...parent,
    pid,
    tgid: pid,
    state: 'running',
    stack,
    ptRegs: taskPtRegs(parent.isa, stack),
    blocked: { ...parent.blocked },
    savedSigmask: null,
    pending: { set: { lo: 0, hi: 0 }, queue: [] },
    sigPending: false,
    children: [],
    exitCode: 0,
    robustList: 0,
    vforkParent: 0,
    vforkDone: false,
    retFromFork: true,
    inSyscall: null,
    restartBlock: null,
    syscallResult: 0,
    waitingFor: null,
    ptrace: null,
    ptraced: [],
    execFile: null,
    pdeathSignal: 0,
    didExec: false,
    retired: 0,
    minFlt: 0,
    nvcsw: 0,
    nivcsw: 0,
  };
  if (task.resetOnFork)
    Object.assign(task, { policy: 0, rtPriority: 0, resetOnFork: false, nice: Math.max(0, task.nice) });
  writeThreadInfo(k, task);
  return task;
}
