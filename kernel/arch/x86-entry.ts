import { getRegLow, setReg } from '../ptregs.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { PtRegsLayout } from './types.ts';

/** -ENOSYS as Linux presets it: a tracer sees it in eax at the entry of a call. */
const MINUS_ENOSYS = -38;

/** Linux: arch/x86/entry/entry_64.S PUSH_AND_CLEAR_REGS rax=$-ENOSYS. The number is eax, its high half ignored. */
export function enterSyscallX86(k: Kernel, task: Task, regs: PtRegsLayout): number {
  const nr = getRegLow(k, task, regs.ret);
  setReg(k, task, regs.orig, nr);
  setReg(k, task, regs.ret, MINUS_ENOSYS);
  return nr;
}
