import { archOf } from '../../kernel/arch/index.ts';
import type { Mm } from '../../kernel/mm/types.ts';
import type { IsaName, VirtAddr } from '../../kernel/ports.ts';
import { getReg } from '../../kernel/ptregs.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';
import { callsBefore } from '../calls.ts';
import type { CodeLine, CodeReader } from '../code.ts';
import { peek, wordNumber } from '../memory.ts';
import type { SymbolPlace } from '../records.ts';
import { flagsOf, pcOf, spOf } from './places.ts';

/** One function under way. */
export interface StackFrame {
  readonly pc: VirtAddr;
  /** The stack pointer that its caller will have when it returns; of a frame whose return address was not found, its own. */
  readonly cfa: VirtAddr;
  /** Where its return address stands; null while that is in a register, or unknown. */
  readonly slot: VirtAddr | null;
  readonly returnTo: VirtAddr | null;
  readonly place: SymbolPlace | null;
  /** The return address was guessed: the first word on the stack that stands behind a call. */
  readonly isGuess: boolean;
}

interface Reader {
  readonly k: Kernel;
  readonly mm: Mm;
  readonly code: CodeReader;
  readonly flags: number;
  readonly wordBytes: number;
}

interface Registers {
  readonly pc: VirtAddr;
  readonly sp: VirtAddr;
  /** Frame pointer; on ARM r11. */
  readonly fp: VirtAddr;
  /** ARM, in the innermost frame. */
  readonly lr: VirtAddr | null;
}

/** Whether a call leaves its return address in a register. */
const HAS_LINK: { readonly [isa in IsaName]: boolean } = { i386: false, x86_64: false, arm: true };
const MAX_FRAMES = 64;
/** Words looked through for something that could be a return address. */
const SCANNED_WORDS = 256;
const MAX_PROLOGUE = 4096;

/**
 * The functions under way, the innermost first, without unwind tables: the code between a function's symbol and pc tells how far
 * the stack has moved, or that there is a frame pointer.
 */
export function framesOf(k: Kernel, task: Task, code: CodeReader): StackFrame[] {
  const { mm } = task;
  if (!mm) return [];
  const { names } = archOf(task.isa).ptRegs;
  const register = (...aliases: string[]): VirtAddr => {
    const index = names.findIndex((name) => aliases.includes(name));
    return index < 0 ? 0 : getReg(k, task, index);
  };
  const reader = { k, mm, code, flags: flagsOf(k, task), wordBytes: archOf(task.isa).wordBytes };
  let registers: Registers = {
    pc: pcOf(k, task),
    sp: spOf(k, task),
    fp: register('ebp', 'bp', 'fp'),
    lr: HAS_LINK[task.isa] ? register('lr') : null,
  };
  const frames: StackFrame[] = [];
  while (frames.length < MAX_FRAMES) {
    const { frame, caller } = unwind(reader, registers);
    frames.push(frame);
    if (!caller || caller.sp <= registers.sp - reader.wordBytes || !code.symbols.place(mm, caller.pc)) break;
    registers = caller;
  }
  return frames;
}

interface Unwound {
  readonly frame: StackFrame;
  readonly caller: Registers | null;
}

function unwind(reader: Reader, registers: Registers): Unwound {
  const { pc, sp, fp } = registers;
  const place = reader.code.symbols.place(reader.mm, pc);
  const found = place ? returnSlot(reader, registers, pc - place.offset) : null;
  if (found?.slot === null && registers.lr !== null) {
    const frame = { pc, cfa: sp, slot: null, returnTo: registers.lr, place, isGuess: false };
    return { frame, caller: { pc: registers.lr & ~1, sp, fp, lr: null } };
  }
  const slot = found?.slot ?? scan(reader, sp);
  if (slot === null) return { frame: { pc, cfa: sp, slot: null, returnTo: null, place, isGuess: true }, caller: null };
  const returnTo = word(reader, slot);
  const cfa = found?.cfa ?? slot + reader.wordBytes;
  const frame = { pc, cfa, slot, returnTo, place, isGuess: !found };
  if (returnTo === null) return { frame, caller: null };
  const saved = found?.savedFp === undefined ? fp : (word(reader, found.savedFp) ?? fp);
  return { frame, caller: { pc: returnTo, sp: cfa, fp: saved, lr: null } };
}

interface Slot {
  readonly slot: VirtAddr | null;
  readonly cfa: VirtAddr;
  readonly savedFp?: VirtAddr;
}

/** Follow the stack pointer from the function's start to pc. Null where the code does not tell. */
function returnSlot(reader: Reader, registers: Registers, start: VirtAddr): Slot | null {
  const lines: CodeLine[] = [];
  if (registers.pc - start > MAX_PROLOGUE) return null;
  for (let at = start; at < registers.pc; ) {
    const line = reader.code.at(reader.mm, at, reader.flags);
    at += line.bytes.length;
    if (line.bytes.length === 0 || at > registers.pc) return null;
    lines.push(line);
  }
  return PROLOGUE[reader.mm.isa](lines, registers, reader.wordBytes);
}

type Prologue = (lines: readonly CodeLine[], registers: Registers, wordBytes: number) => Slot | null;

const PROLOGUE: { readonly [isa in IsaName]: Prologue } = {
  i386: prologueX86,
  x86_64: prologueX86,
  arm: prologueArm,
};

function prologueX86(lines: readonly CodeLine[], { sp, fp }: Registers, wordBytes: number): Slot | null {
  let depth = 0;
  let fpAt: number | null = null;
  let hasFp = false;
  for (const { mnemonic, operands } of lines) {
    if (/^ret/.test(mnemonic) && !hasFp) return null;
    if (/^push/.test(mnemonic)) {
      depth += mnemonic === 'pushw' ? 2 : wordBytes;
      if (/%[er]bp$/.test(operands)) fpAt = depth;
    } else if (/^pop/.test(mnemonic)) depth -= wordBytes;
    else if (/^mov[lq]?$/.test(mnemonic) && /^%[er]sp, ?%[er]bp$/.test(operands) && fpAt === depth) hasFp = true;
    else if (/^leave/.test(mnemonic) && hasFp && fpAt !== null) {
      // Behind it the function is about to return: the rest of the code has the frame again.
      if (lines.at(-1)?.mnemonic === mnemonic) return { slot: sp, cfa: sp + wordBytes };
    } else if (/^(sub|add)[lq]?$/.test(mnemonic) && /, ?%[er]sp$/.test(operands)) {
      const bytes = immediate(operands);
      if (bytes === null) return null;
      depth += mnemonic.startsWith('sub') ? bytes : -bytes;
    } else if (/, ?%[er]sp$/.test(operands) && !hasFp && /^(and|lea|mov|xchg)/.test(mnemonic)) return null;
  }
  if (hasFp && fpAt !== null) return { slot: fp + fpAt, cfa: fp + fpAt + wordBytes, savedFp: fp };
  return { slot: sp + depth, cfa: sp + depth + wordBytes };
}

function prologueArm(lines: readonly CodeLine[], { sp }: Registers, wordBytes: number): Slot | null {
  let depth = 0;
  let lrAt: number | null = null;
  for (const line of lines) {
    const moved = armMove(line, wordBytes);
    if (moved === null) return null;
    if (moved.savesLr) lrAt = depth + wordBytes;
    depth += moved.bytes;
  }
  return { slot: lrAt === null ? null : sp + depth - lrAt, cfa: sp + depth };
}

/** How far an ARM instruction of a prologue moves sp down, and whether it saves lr at the top. Null for what cannot be told. */
function armMove({ mnemonic, operands }: CodeLine, wordBytes: number): { bytes: number; savesLr: boolean } | null {
  const none = { bytes: 0, savesLr: false };
  if (/^(push|stmdb|stmfd)/.test(mnemonic) && (mnemonic.startsWith('push') || operands.startsWith('sp!'))) {
    const registers = operands.slice(operands.indexOf('{') + 1, operands.indexOf('}')).split(',');
    return { bytes: registers.length * wordBytes, savesLr: registers.some((name) => name.trim() === 'lr') };
  }
  if (/^str/.test(mnemonic) && /^lr, \[sp, #-(0x)?[0-9a-f]+\]!$/.test(operands)) {
    return { bytes: immediate(operands) ?? wordBytes, savesLr: true };
  }
  if (/^(pop|ldm)/.test(mnemonic) && /pc/.test(operands)) return null;
  if (/^(sub|add)/.test(mnemonic) && /^sp, (sp, )?#/.test(operands)) {
    const bytes = immediate(operands);
    return bytes === null ? null : { bytes: mnemonic.startsWith('sub') ? bytes : -bytes, savesLr: false };
  }
  return none;
}

function immediate(operands: string): number | null {
  const match = /[$#]-?(0x[0-9a-f]+|\d+)/.exec(operands);
  return match?.[1] === undefined ? null : Number(match[1]);
}

function word({ k, mm, wordBytes }: Reader, addr: VirtAddr): VirtAddr | null {
  const bytes = peek(k, mm, addr, wordBytes);
  return bytes.length < wordBytes ? null : wordNumber(bytes);
}

function scan(reader: Reader, sp: VirtAddr): VirtAddr | null {
  for (let i = 0; i < SCANNED_WORDS; i++) {
    const slot = sp + i * reader.wordBytes;
    const value = word(reader, slot);
    if (value === null) return null;
    if (isReturnAddress(reader, value)) return slot;
  }
  return null;
}

/** It stands behind a call, in memory that is there. */
export function isReturnAddress({ k, mm, code, flags }: Omit<Reader, 'wordBytes'>, value: VirtAddr): boolean {
  return peek(k, mm, value, 1).length > 0 && callsBefore(code, mm, value, flags).length > 0;
}
