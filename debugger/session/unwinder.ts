import { DwarfError } from '../../asm/dwarf/cursor.ts';
import { popFrame } from '../../asm/dwarf/exception-index.ts';
import { type DwarfRegisters, dwarfRegisters } from '../../asm/dwarf/registers.ts';
import { type SignalContext, signalContextAt } from '../../asm/dwarf/signal-trampolines.ts';
import { callerOf } from '../../asm/dwarf/unwind.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import { VM_EXEC } from '../../kernel/mm/types.ts';
import { vmaAt } from '../../kernel/mm/vma.ts';
import type { IsaName, VirtAddr } from '../../kernel/ports.ts';
import type { Kernel } from '../../kernel/state.ts';
import { callsBefore } from '../calls.ts';
import { type CodeReader, codeTarget } from '../code.ts';
import type { Images } from '../images.ts';
import { littleEndian, peek, wordNumber } from '../memory.ts';
import { prologueSlot } from './prologue.ts';

/**
 * How a frame's caller was found, the surest first: a signal's frame as the kernel wrote it, call frame information, ARM's exception
 * tables (a program's first function has no caller, whatever lies above it), the code of the function's beginning, the frame pointer, the first word on the stack that stands behind a call.
 */
export type Evidence = 'signal' | 'cfi' | 'exidx' | 'entry' | 'prologue' | 'frame pointer' | 'guess';

/** A function under way, by DWARF's numbers of registers. */
export interface Activation {
  readonly pc: VirtAddr;
  readonly registers: ReadonlyMap<number, bigint>;
  /** The instruction at pc comes next; else it is the one behind a call that is under way. */
  readonly isExact: boolean;
  readonly isThumb: boolean;
}

export interface Unwound {
  readonly evidence: Evidence;
  /** The stack pointer that the caller will have. */
  readonly cfa: VirtAddr;
  /** Where its return address stands; null while it is in a register. */
  readonly slot: VirtAddr | null;
  /** Null where the return address leads nowhere, and where there is none: then the function is the outermost. */
  readonly caller: Activation | null;
  readonly isOutermost?: true;
  readonly saved: ReadonlyMap<number, VirtAddr>;
}

export interface UnwindReader {
  readonly k: Kernel;
  readonly mm: Mm;
  readonly code: CodeReader;
  readonly images: Images;
  readonly flags: number;
}

/** Words looked through for something that could be a return address. */
const SCANNED_WORDS = 256;
const NOTHING_SAVED: ReadonlyMap<number, number> = new Map();
const THUMB_FLAG = 0x20;
/** Saved frame pointer and return address, from where the frame pointer is: as gcc makes it on x86, on ARM, and clang on ARM. */
const FRAME_POINTERS: { readonly [isa in IsaName]: readonly (readonly [fp: number, slot: number])[] } = {
  i386: [[0, 4]],
  x86_64: [[0, 8]],
  arm: [
    [-4, 0],
    [0, 4],
  ],
};

/** One frame up; null where nothing is known any more. */
export function unwind(reader: UnwindReader, activation: Activation): Unwound | null {
  for (const way of WAYS) {
    const found = orUnknown(() => way(reader, activation));
    if (found) return found;
  }
  return null;
}

type Way = (reader: UnwindReader, activation: Activation) => Unwound | null;

const WAYS: readonly Way[] = [signalFrame, callFrame, exceptionTable, entryFunction, prologue, framePointer, scan];

function orUnknown<T>(find: () => T): T | null {
  try {
    return find();
  } catch (error) {
    if (error instanceof DwarfError) return null;
    throw error;
  }
}

/** An address of the code that is under way: behind a call it is the call's. */
export function codeAddress({ pc, isExact }: Activation): VirtAddr {
  return isExact ? pc : Math.max(0, pc - 1);
}

function memoryOf({ k, mm }: UnwindReader): (addr: bigint, lenBytes: number) => bigint | null {
  return (addr, lenBytes) => {
    if (addr >= 1n << 47n) return null;
    const bytes = peek(k, mm, Number(addr), lenBytes);
    return bytes.length < lenBytes ? null : littleEndian(bytes);
  };
}

/** The caller as its registers say: bit 0 of an address in ARM code is its state. */
function activationOf(
  isa: DwarfRegisters,
  registers: ReadonlyMap<number, bigint>,
  isExact: boolean,
): Activation | null {
  const back = registers.get(isa.pc);
  if (back === undefined || back === 0n || back >= 1n << 47n) return null;
  const isThumb = isa.link !== null && (back & 1n) === 1n;
  const pc = Number(back) - (isThumb ? 1 : 0);
  return { pc, registers: new Map(registers).set(isa.pc, BigInt(pc)), isExact, isThumb };
}

function signalFrame(reader: UnwindReader, { pc, registers }: Activation): Unwound | null {
  const { k, mm } = reader;
  const context = signalContextAt(mm.isa, pc, (addr, lenBytes) => peek(k, mm, addr, lenBytes));
  const isa = dwarfRegisters(mm.isa);
  const sp = registers.get(isa.sp);
  return context && sp !== undefined ? interrupted(reader, isa, sp, context) : null;
}

function interrupted(reader: UnwindReader, isa: DwarfRegisters, sp: bigint, context: SignalContext): Unwound | null {
  const memory = memoryOf(reader);
  const registers = new Map<number, bigint>();
  const saved = new Map<number, number>();
  context.registers.forEach((register, i) => {
    const at = sp + BigInt(context.offset + i * isa.wordBytes);
    const value = register < 0 ? null : memory(at, isa.wordBytes);
    if (value === null) return;
    registers.set(register, value);
    saved.set(register, Number(at));
  });
  const caller = activationOf(isa, registers, true);
  const cfa = registers.get(isa.sp);
  if (!caller || cfa === undefined) return null;
  // Its state stands in cpsr, which is the word behind pc.
  const cpsr = memory(sp + BigInt(context.offset + context.registers.length * isa.wordBytes), isa.wordBytes) ?? 0n;
  const isThumb = isa.link !== null && (Number(cpsr & 0xffffn) & THUMB_FLAG) !== 0;
  return { evidence: 'signal', cfa: Number(cfa), slot: null, caller: { ...caller, isThumb }, saved };
}

function callFrame(reader: UnwindReader, activation: Activation): Unwound | null {
  const { mm, images } = reader;
  const at = codeAddress(activation);
  const mapped = images.at(mm, at);
  const row = mapped?.image.callFrames.rowAt(at - mapped.bias);
  if (!row) return null;
  const isa = dwarfRegisters(mm.isa);
  const found = callerOf(row, activation.registers, isa, memoryOf(reader));
  if (!found) {
    const sp = activation.registers.get(isa.sp) ?? 0n;
    return { evidence: 'cfi', cfa: Number(sp), slot: null, caller: null, isOutermost: true, saved: NOTHING_SAVED };
  }
  const caller = activationOf(isa, found.registers, row.isSignal);
  const evidence = row.isSignal ? 'signal' : 'cfi';
  return { evidence, cfa: found.cfa, slot: found.saved.get(isa.pc) ?? null, caller, saved: found.saved };
}

/** ARM's tables are right behind a call only, and a system call is as good as one. */
function exceptionTable(reader: UnwindReader, activation: Activation): Unwound | null {
  const { mm, images } = reader;
  const isa = dwarfRegisters(mm.isa);
  if (isa.link === null || (activation.isExact && !isBehindTrap(reader, activation))) return null;
  const at = codeAddress(activation);
  const mapped = images.at(mm, at);
  const opcodes = mapped?.image.exceptionIndex.opcodesAt(at - mapped.bias);
  if (!opcodes) return null;
  const memory = memoryOf(reader);
  const { cfa, registers, saved } = popFrame(opcodes, activation.registers, (addr) => memory(BigInt(addr), 4));
  const caller = activationOf(isa, registers, false);
  return { evidence: 'exidx', cfa, slot: saved.get(isa.pc) ?? null, caller, saved };
}

function isBehindTrap(reader: UnwindReader, { pc, isThumb }: Activation): boolean {
  return lineAt(reader, pc - (isThumb ? 2 : 4), isThumb).mnemonic.startsWith('svc');
}

function lineAt({ code, mm, flags }: UnwindReader, addr: VirtAddr, isThumb: boolean) {
  const state = dwarfRegisters(mm.isa).link === null ? flags : (flags & ~THUMB_FLAG) | (isThumb ? THUMB_FLAG : 0);
  return code.at(mm, addr, state);
}

/** The program's entry point is called by nobody. */
function entryFunction({ mm, code, images }: UnwindReader, activation: Activation): Unwound | null {
  const at = codeAddress(activation);
  const mapped = images.at(mm, at);
  const place = code.symbols.place(mm, at);
  if (!mapped || !place) return null;
  const isa = dwarfRegisters(mm.isa);
  const { entry } = mapped.image.elf.header;
  if (at - place.offset !== entry - (isa.link === null ? 0 : entry % 2) + mapped.bias) return null;
  const [sp] = numbers(activation, isa.sp);
  return { evidence: 'entry', cfa: sp, slot: null, caller: null, isOutermost: true, saved: NOTHING_SAVED };
}

function prologue(reader: UnwindReader, activation: Activation): Unwound | null {
  const { code, mm } = reader;
  const { pc, isThumb } = activation;
  const place = code.symbols.place(mm, codeAddress(activation));
  if (!place) return null;
  const isa = dwarfRegisters(mm.isa);
  const [sp, fp] = numbers(activation, isa.sp, isa.fp);
  const start = codeAddress(activation) - place.offset;
  const found = prologueSlot(mm.isa, { start, pc, sp, fp }, isa.wordBytes, (addr) => lineAt(reader, addr, isThumb));
  if (!found) return null;
  if (found.slot === null) {
    // Only of what runs, link is still the caller's.
    return activation.isExact && isa.link !== null ? throughLink(isa, isa.link, activation, found.cfa) : null;
  }
  return returning(reader, activation, 'prologue', {
    slot: found.slot,
    cfa: found.cfa,
    savedFp: found.savedFp ?? null,
  });
}

function throughLink(isa: DwarfRegisters, link: number, { registers }: Activation, cfa: number): Unwound | null {
  const back = registers.get(link);
  if (back === undefined) return null;
  const next = new Map(registers).set(isa.pc, back).set(isa.sp, BigInt(cfa));
  const caller = activationOf(isa, next, false);
  return { evidence: 'prologue', cfa, slot: null, caller, saved: NOTHING_SAVED };
}

/** The chain that code with frame pointers keeps: a link that leads up the stack, and beside it something that stands behind a call. */
function framePointer(reader: UnwindReader, activation: Activation): Unwound | null {
  const isa = dwarfRegisters(reader.mm.isa);
  const [sp, fp] = numbers(activation, isa.sp, isa.fp);
  if (fp < sp || fp % isa.wordBytes !== 0) return null;
  for (const [fpAt, slotAt] of FRAME_POINTERS[reader.mm.isa]) {
    const slot = fp + slotAt;
    const next = word(reader, fp + fpAt);
    const back = word(reader, slot);
    if (next === null || back === null || (next !== 0 && next <= fp) || !isReturnAddress(reader, back)) continue;
    return returning(reader, activation, 'frame pointer', { slot, cfa: slot + isa.wordBytes, savedFp: fp + fpAt });
  }
  return null;
}

function scan(reader: UnwindReader, activation: Activation): Unwound | null {
  const isa = dwarfRegisters(reader.mm.isa);
  const [sp] = numbers(activation, isa.sp, isa.fp);
  for (let i = 0; i < SCANNED_WORDS; i++) {
    const slot = sp + i * isa.wordBytes;
    const value = word(reader, slot);
    if (value === null) return null;
    if (!isReturnAddress(reader, value)) continue;
    return returning(reader, activation, 'guess', { slot, cfa: slot + isa.wordBytes, savedFp: null });
  }
  return null;
}

/** The caller that goes on at the word in `slot`. */
function returning(
  reader: UnwindReader,
  { registers }: Activation,
  evidence: Evidence,
  { slot, cfa, savedFp }: { readonly slot: VirtAddr; readonly cfa: VirtAddr; readonly savedFp: VirtAddr | null },
): Unwound {
  const isa = dwarfRegisters(reader.mm.isa);
  const memory = memoryOf(reader);
  const next = new Map(registers).set(isa.sp, BigInt(cfa));
  const saved = new Map<number, number>([[isa.pc, slot]]);
  const back = memory(BigInt(slot), isa.wordBytes);
  if (back === null) next.delete(isa.pc);
  else next.set(isa.pc, back);
  const fp = savedFp === null ? null : memory(BigInt(savedFp), isa.wordBytes);
  if (savedFp !== null && fp !== null) {
    next.set(isa.fp, fp);
    saved.set(isa.fp, savedFp);
  }
  return { evidence, cfa, slot, caller: activationOf(isa, next, false), saved };
}

function numbers({ registers }: Activation, ...names: number[]): [number, number] {
  const [first = 0, second = 0] = names.map((name) => Number(registers.get(name) ?? 0n));
  return [first, second];
}

function word({ k, mm }: UnwindReader, addr: VirtAddr): VirtAddr | null {
  const { wordBytes } = dwarfRegisters(mm.isa);
  const bytes = peek(k, mm, addr, wordBytes);
  return bytes.length < wordBytes ? null : wordNumber(bytes);
}

/** It stands behind a call, in code. */
export function isReturnAddress({ mm, code }: Pick<UnwindReader, 'mm' | 'code'>, value: VirtAddr): boolean {
  const { pc, flags } = codeTarget(mm.isa, value);
  return ((vmaAt(mm, value)?.flags ?? 0) & VM_EXEC) !== 0 && callsBefore(code, mm, pc, flags).length > 0;
}
