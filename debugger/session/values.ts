import { findRegister, ptRegsLenBytes, type Register, readRegister, registersOf } from '../../emulator/engine/index.ts';
import { archOf } from '../../kernel/arch/index.ts';
import { saveThreadOf } from '../../kernel/arch/thread.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';

/** gdb's names for what every ISA has. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  pc: ['eip', 'rip', 'pc'],
  sp: ['esp', 'rsp', 'sp'],
  fp: ['ebp', 'rbp', 'r11'],
  ps: ['eflags', 'cpsr'],
};

/** The register that gdb calls so, or undefined. */
export function registerNamed(task: Task, name: string): Register | undefined {
  for (const known of [name, ...(ALIASES[name] ?? [])]) {
    const register = findRegister(task.isa, known);
    if (register) return register;
  }
  return undefined;
}

export function registerValue(k: Kernel, task: Task, register: Register): bigint {
  saveThreadOf(k, task);
  const ptRegs = k.ram.u8.subarray(task.ptRegs, task.ptRegs + ptRegsLenBytes(task.isa));
  return readRegister(register, { ptRegs, thread: task.thread });
}

/** The general registers, pc and flags, in gdb's order: what `info registers` begins with. */
export function generalRegisters(task: Task): readonly Register[] {
  return registersOf(task.isa).filter(({ group, gdb }) => gdb !== null && (group === 'general' || group === 'segment'));
}

/** Hexadecimal digits of an address of the task. */
export function addressDigits(task: Task): number {
  return archOf(task.isa).wordBytes * 2;
}
