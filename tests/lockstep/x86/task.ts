/** One task's registers in the engine, read and written as user_regs_struct and an FXSAVE image. */
import { THREAD_X86 } from '../../../kernel/ports.ts';
import type { Machine } from '../../emulator/engine/machine.ts';
import { FLAG, USER } from './sequence.ts';

/** user_regs_struct's index of each word of i386's pt_regs. */
const ORDER_32 = [
  USER.rbx,
  USER.rcx,
  USER.rdx,
  USER.rsi,
  USER.rdi,
  USER.rbp,
  USER.rax,
  USER.ds,
  USER.es,
  USER.fs,
  USER.gs,
  USER.orig,
  USER.rip,
  USER.cs,
  USER.flags,
  USER.rsp,
  USER.ss,
];
/** Words of user_regs_struct that x86-64's pt_regs has. */
const PT_REGS_WORDS_64 = 42;

const THREAD_BASES = [
  [THREAD_X86.fsBase, USER.fsBase],
  [THREAD_X86.gsBase, USER.gsBase],
] as const;
const THREAD_SELECTORS = [
  [THREAD_X86.ds, USER.ds],
  [THREAD_X86.es, USER.es],
  [THREAD_X86.fs, USER.fs],
  [THREAD_X86.gs, USER.gs],
] as const;

/** A descriptor of the GDT. */
export type Descriptor = Uint8Array;

/** pt_regs and thread block of a machine's task. */
export class TaskState {
  private readonly machine: Machine;
  private readonly wide: boolean;
  private readonly thread: Uint8Array<ArrayBuffer>;
  private readonly threadWords: Uint32Array;

  constructor(machine: Machine) {
    this.machine = machine;
    this.wide = machine.isa === 'x86_64';
    this.thread = new Uint8Array(machine.cpu.threadLenBytes);
    this.threadWords = new Uint32Array(this.thread.buffer);
  }

  /** Descriptors 12 to 14 of the GDT, at the next setThread(). */
  setDescriptors(descriptors: readonly Descriptor[]): void {
    for (const [index, bytes] of descriptors.entries()) this.thread.set(bytes, THREAD_X86.tls + index * 8);
  }

  setRegisters(registers: Uint32Array): void {
    const { u32 } = this.machine.ram;
    const at = this.machine.ptRegs >>> 2;
    if (this.wide) u32.set(registers.subarray(0, PT_REGS_WORDS_64), at);
    else for (const [word, index] of ORDER_32.entries()) u32[at + word] = registers[index * 2] ?? 0;
  }

  setFlags(flags: number): void {
    const { u32 } = this.machine.ram;
    u32[(this.machine.ptRegs >>> 2) + (this.wide ? USER.flags * 2 : 14)] = flags;
  }

  setThread(registers: Uint32Array, fpu: Uint8Array): void {
    const { thread, threadWords } = this;
    thread.fill(0, 0, THREAD_X86.tls);
    thread.fill(0, THREAD_X86.tls + 24);
    for (const [offset, index] of THREAD_BASES)
      threadWords.set(registers.subarray(index * 2, index * 2 + 2), offset >>> 2);
    for (const [offset, index] of THREAD_SELECTORS) threadWords[offset >>> 2] = registers[index * 2] ?? 0;
    thread.set(fpu, THREAD_X86.fxsave);
    this.machine.cpu.loadThread(thread);
  }

  /** Go on from this state, without the trap flag. */
  adopt(registers: Uint32Array, fpu: Uint8Array | null): void {
    this.setRegisters(registers);
    this.setFlags((registers[USER.flags * 2] ?? 0) & ~FLAG.T);
    if (fpu !== null) this.setThread(registers, fpu);
  }

  /** pt_regs as user_regs_struct; what pt_regs lacks stays as it is in `into`. */
  readRegisters(into: Uint32Array): void {
    const { u32 } = this.machine.ram;
    const at = this.machine.ptRegs >>> 2;
    if (this.wide) {
      for (let i = 0; i < PT_REGS_WORDS_64; i++) into[i] = u32[at + i] ?? 0;
      return;
    }
    for (let word = 0; word < ORDER_32.length; word++) into[(ORDER_32[word] ?? 0) * 2] = u32[at + word] ?? 0;
  }

  /** The thread block: bases and selectors go to `into`, the FXSAVE image is returned. */
  readThread(into: Uint32Array): Uint8Array {
    this.machine.cpu.saveThread(this.thread);
    for (const [offset, index] of THREAD_BASES)
      into.set(this.threadWords.subarray(offset >>> 2, (offset >>> 2) + 2), index * 2);
    if (this.wide) {
      for (const [offset, index] of THREAD_SELECTORS) into[index * 2] = this.threadWords[offset >>> 2] ?? 0;
    }
    return this.thread.subarray(THREAD_X86.fxsave, THREAD_X86.fxsave + 512);
  }
}
