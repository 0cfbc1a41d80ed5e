import {
  BUS_ADRALN,
  FPE_FLTDIV,
  FPE_FLTINV,
  FPE_FLTOVF,
  FPE_FLTRES,
  FPE_FLTUND,
  FPE_INTDIV,
  ILL_ILLOPN,
  SI_KERNEL,
  SIGBUS,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
  TRAP_BRKPT,
  TRAP_TRACE,
} from '../abi/signal.ts';
import { readU32 } from '../bytes.ts';
import { THREAD_X86 } from '../ports.ts';
import { getReg, getRegLow } from '../ptregs.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Task } from '../task.ts';
import { archOf } from './index.ts';
import { saveThreadOf } from './thread.ts';

/** Linux: X86_TRAP_*. */
const TRAP = { DE: 0, DB: 1, UD: 6, NP: 11, SS: 12, MF: 16, AC: 17, XM: 19, BP: 3 } as const;
const EFLAGS_TF = 0x100;

/** What an exception of the CPU means. Linux: arch/x86/kernel/traps.c. */
export function exceptionSignalX86(k: Kernel, task: Task, vector: number, errorCode: number): SigInfo {
  const ip = getReg(k, task, archOf(task.isa).ptRegs.ip);
  const at = (signo: number, code: number, addr: number): SigInfo => {
    return { signo, errno: 0, code, addr, trapNo: vector, errorCode };
  };
  const fromKernel = (signo: number): SigInfo => {
    return { signo, errno: 0, code: SI_KERNEL, pid: 0, uid: 0, trapNo: vector, errorCode };
  };
  switch (vector) {
    case TRAP.DE:
      return at(SIGFPE, FPE_INTDIV, ip);
    case TRAP.DB: {
      const stepped = (getRegLow(k, task, archOf(task.isa).ptRegs.flags) & EFLAGS_TF) !== 0;
      return at(SIGTRAP, stepped ? TRAP_TRACE : TRAP_BRKPT, ip);
    }
    case TRAP.BP:
      return fromKernel(SIGTRAP);
    case TRAP.UD:
      return at(SIGILL, ILL_ILLOPN, ip);
    case TRAP.NP:
    case TRAP.SS:
      return fromKernel(SIGBUS);
    case TRAP.MF:
    case TRAP.XM:
      return at(SIGFPE, fpuExceptionCode(k, task, vector), ip);
    case TRAP.AC:
      return at(SIGBUS, BUS_ADRALN, 0);
    // #GP, #OF, #BR
    default:
      return fromKernel(SIGSEGV);
  }
}

/** The unmasked exceptions of the FPU, by the order of their gravity. Linux: fpu__exception_code(). */
function fpuExceptionCode(k: Kernel, task: Task, vector: number): number {
  saveThreadOf(k, task);
  const words = readU32(task.thread, THREAD_X86.fxsave);
  const mxcsr = readU32(task.thread, THREAD_X86.fxsave + 24);
  const raised = vector === TRAP.MF ? (words >>> 16) & ~words : mxcsr & ~(mxcsr >>> 7);
  if (raised & 0x01) return FPE_FLTINV;
  if (raised & 0x04) return FPE_FLTDIV;
  if (raised & 0x08) return FPE_FLTOVF;
  if (raised & 0x12) return FPE_FLTUND;
  return FPE_FLTRES;
}
