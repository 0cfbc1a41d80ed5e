import { archOf } from '../../kernel/arch/index.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import { getReg } from '../../kernel/ptregs.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';

export function pcOf(k: Kernel, task: Task): VirtAddr {
  return getReg(k, task, archOf(task.isa).ptRegs.ip);
}

export function spOf(k: Kernel, task: Task): VirtAddr {
  return getReg(k, task, archOf(task.isa).ptRegs.sp);
}

/** eflags or cpsr. */
export function flagsOf(k: Kernel, task: Task): number {
  return getReg(k, task, archOf(task.isa).ptRegs.flags);
}
