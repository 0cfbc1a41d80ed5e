import { EFAULT } from '../abi/errno.ts';
import { getUserU32 } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import { getReg, getRegLow, setReg } from '../ptregs.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
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

/**
 * sysenter saves neither pc nor sp: the caller has its stack pointer in ebp, and there on the stack its own ebp, the sixth argument.
 * It comes back to the vDSO. False, with -EFAULT as the result, when that stack cannot be read.
 * Linux: arch/x86/entry/common.c do_SYSENTER_32(), do_fast_syscall_32().
 */
export function enterSysenter(k: Kernel, task: Task, regs: PtRegsLayout, landingPad: VirtAddr): boolean {
  const sp = getReg(k, task, regs.fp);
  setReg(k, task, regs.sp, sp);
  setReg(k, task, regs.ip, landingPad);
  try {
    if (!task.mm) throw new SyscallError(EFAULT);
    setReg(k, task, regs.fp, getUserU32(k, task.mm, sp));
    return true;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    setReg(k, task, regs.ret, -error.errno);
    return false;
  }
}
