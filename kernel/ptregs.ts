import { archOf } from './arch/index.ts';
import { high32 } from './bytes.ts';
import { storePair, storeWord } from './mm/phys.ts';
import type { Kernel } from './state.ts';
import type { Task } from './task.ts';

/**
 * Registers of a task in user space: `struct pt_regs` at the top of its kernel stack in RAM. `index` is the register's place
 * in the ISA's pt_regs, see `Arch.ptRegs`.
 */

/** The full register as an unsigned number (exact below 2^53). */
export function getReg(k: Kernel, task: Task, index: number): number {
  const u32 = k.ram.u32;
  if (archOf(task.isa).wordBytes === 4) return u32[(task.ptRegs >>> 2) + index] ?? 0;
  const at = (task.ptRegs >>> 2) + index * 2;
  return (u32[at + 1] ?? 0) * 0x1_0000_0000 + (u32[at] ?? 0);
}

/** Low 32 bits, unsigned. */
export function getRegLow(k: Kernel, task: Task, index: number): number {
  const scale = archOf(task.isa).wordBytes === 4 ? 1 : 2;
  return k.ram.u32[(task.ptRegs >>> 2) + index * scale] ?? 0;
}

/** Bits 32-63, unsigned; 0 on 32-bit ISAs. */
export function getRegHigh(k: Kernel, task: Task, index: number): number {
  if (archOf(task.isa).wordBytes === 4) return 0;
  return k.ram.u32[(task.ptRegs >>> 2) + index * 2 + 1] ?? 0;
}

/** Store an integer; negative values are sign-extended to the register's width. */
export function setReg(k: Kernel, task: Task, index: number, value: number): void {
  const at = task.ptRegs >>> 2;
  if (archOf(task.isa).wordBytes === 4) storeWord(k, at + index, value >>> 0);
  else storePair(k, at + index * 2, value >>> 0, high32(value));
}

/** Store a 64-bit register by its halves, exactly; on 32-bit ISAs the low one. */
export function setRegHalves(k: Kernel, task: Task, index: number, low: number, high: number): void {
  const at = task.ptRegs >>> 2;
  if (archOf(task.isa).wordBytes === 4) storeWord(k, at + index, low >>> 0);
  else storePair(k, at + index * 2, low >>> 0, high >>> 0);
}
