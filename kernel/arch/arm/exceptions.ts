import {
  BUS_ADRALN,
  ILL_ILLOPC,
  SEGV_MAPERR,
  SIGBUS,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
  TRAP_BRKPT,
  TRAP_HWBKPT,
} from '../../abi/signal.ts';
import { readU32 } from '../../bytes.ts';
import { copyFromUserPartial } from '../../mm/uaccess.ts';
import { EXIT_ADDRESS } from '../../ports.ts';
import { getReg, getRegLow } from '../../ptregs.ts';
import type { Kernel } from '../../state.ts';
import type { SigInfo, Task } from '../../task.ts';

const UNDEFINED = 1;
const PREFETCH_ABORT = 3;
const DATA_ABORT = 4;
const BKPT = 7;

const PC = 15;
const CPSR = 16;
const PSR_T = 0x20;
/** trap_no of an undefined instruction and of a memory abort. */
const TRAP_UNDEFINED = 6;
const TRAP_ABORT = 14;

/** What an exception of the CPU means. Linux: arch/arm/kernel/traps.c, ptrace.c, mm/alignment.c. */
export function exceptionSignal(k: Kernel, task: Task, vector: number, errorCode: number): SigInfo {
  const pc = getReg(k, task, PC);
  const at = (signo: number, code: number, addr: number, trapNo: number): SigInfo => {
    return { signo, errno: 0, code, addr, trapNo, errorCode };
  };
  switch (vector) {
    case DATA_ABORT:
      return at(SIGBUS, BUS_ADRALN, k.cpus(task.isa).exit[EXIT_ADDRESS] ?? 0, 0);
    case PREFETCH_ABORT:
      return at(SIGSEGV, SEGV_MAPERR, pc, TRAP_ABORT);
    case BKPT:
      return at(SIGTRAP, TRAP_HWBKPT, pc, 0);
    case UNDEFINED:
      if (isBreakpoint(k, task, pc)) return at(SIGTRAP, TRAP_BRKPT, pc, 0);
      return at(SIGILL, ILL_ILLOPC, pc, TRAP_UNDEFINED);
    default:
      return at(SIGILL, ILL_ILLOPC, pc, TRAP_UNDEFINED);
  }
}

/** The undefined instructions that debuggers set as breakpoints. Linux: arch/arm/kernel/ptrace.c arm_break_hook. */
function isBreakpoint(k: Kernel, task: Task, pc: number): boolean {
  if (!task.mm) return false;
  const bytes = copyFromUserPartial(k, task.mm, pc, 4);
  if (bytes.length < 2) return false;
  const padded = new Uint8Array(4);
  padded.set(bytes);
  const word = readU32(padded, 0);
  if ((getRegLow(k, task, CPSR) & PSR_T) === 0) return (word & 0x0fff_ffff) === 0x07f0_01f0;
  return (word & 0xffff) === 0xde01 || word === 0xa000_f7f0;
}
