import type { ElfFile } from '../elf/reader.ts';
import { findSection } from '../elf/reader.ts';
import { Cursor, DwarfError, orBroken } from './cursor.ts';
import { sectionsOf } from './sections.ts';

/** Registers of a frame's caller by number, as far as they are known, and where they were found. */
export interface PoppedFrame {
  /** The stack pointer of the caller. */
  readonly cfa: number;
  readonly registers: ReadonlyMap<number, bigint>;
  /** By register: the address of its saved value. */
  readonly saved: ReadonlyMap<number, number>;
}

const CANNOT_UNWIND = 1;
const ENTRY_BYTES = 8;
const MAX_OPCODES = 1024;
const SP = 13;
const LR = 14;
const PC = 15;

/**
 * .ARM.exidx and .ARM.extab of a file: how a frame's registers are taken off the stack. It is only right behind a call: nothing is told
 * about the instructions that build the frame. "Exception Handling ABI for the Arm Architecture", 6 and 10.3.
 */
export class ExceptionIndex {
  private readonly index: Uint8Array;
  private readonly indexAt: number;
  private readonly table: Uint8Array;
  private readonly tableAt: number;

  constructor(elf: ElfFile) {
    const sections = sectionsOf(elf);
    this.index = sections('.ARM.exidx');
    this.indexAt = findSection(elf, '.ARM.exidx')?.address ?? 0;
    this.table = sections('.ARM.extab');
    this.tableAt = findSection(elf, '.ARM.extab')?.address ?? 0;
  }

  /** The opcodes for a function, by any address in it; null where there are none, or it cannot be unwound. */
  opcodesAt(address: number): Uint8Array | null {
    return orBroken(null, () => {
      const at = this.entryOf(address);
      if (at === null) return null;
      const word = new Cursor(this.index, at + 4).u32();
      if (word === CANNOT_UNWIND) return null;
      if (word >= 0x8000_0000) return compact(new Cursor(this.index, at + 4));
      const place = prel31(word, this.indexAt + at + 4) - this.tableAt;
      const head = new Cursor(this.table, place).u32();
      if (head >= 0x8000_0000) return compact(new Cursor(this.table, place));
      // A personality routine of the language's own: its data begins as number 1's, without the number.
      return counted(new Cursor(this.table, place + 4), 0);
    });
  }

  /** Offset of the last entry that begins at or before the address. */
  private entryOf(address: number): number | null {
    let low = 0;
    let high = Math.floor(this.index.length / ENTRY_BYTES);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * ENTRY_BYTES;
      const start = prel31(new Cursor(this.index, at).u32(), this.indexAt + at);
      if (start <= address) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : (low - 1) * ENTRY_BYTES;
  }
}

/** A 31-bit offset from its own place. */
function prel31(word: number, place: number): number {
  return (place + ((word << 1) >> 1)) >>> 0;
}

/** Bytes come from the highest of each word down. */
function opcodesOf(words: readonly number[], skippedBytes: number): Uint8Array {
  const bytes = words.flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]);
  return Uint8Array.from(bytes.slice(skippedBytes));
}

function compact(cursor: Cursor): Uint8Array {
  const word = cursor.u32();
  const personality = (word >>> 24) & 0x0f;
  if (personality === 0) return opcodesOf([word], 1);
  if (personality > 2) throw new DwarfError(`personality ${personality}`);
  cursor.at -= 4;
  return counted(cursor, 1);
}

/** A byte counts the words that follow; `skipped` bytes are in front of it. */
function counted(cursor: Cursor, skipped: number): Uint8Array {
  const first = cursor.u32();
  const words = [first];
  for (let left = (first >>> (24 - skipped * 8)) & 0xff; left > 0; left--) words.push(cursor.u32());
  return opcodesOf(words, skipped + 1);
}

/**
 * Take a frame off the stack. `read` gives a word of memory. Throws DwarfError for what is broken or refuses to be unwound.
 */
export function popFrame(
  opcodes: Uint8Array,
  registers: ReadonlyMap<number, bigint>,
  read: (addr: number) => bigint | null,
): PoppedFrame {
  const frame = new Frame(registers, read);
  const cursor = new Cursor(opcodes);
  for (let steps = 0; !cursor.isAtEnd && steps < MAX_OPCODES; steps++) if (!frame.step(cursor)) break;
  return frame.result();
}

class Frame {
  private readonly registers: Map<number, bigint>;
  private readonly saved = new Map<number, number>();
  private readonly read: (addr: number) => bigint | null;
  private sp: number;

  constructor(registers: ReadonlyMap<number, bigint>, read: (addr: number) => bigint | null) {
    this.registers = new Map(registers);
    this.read = read;
    this.sp = Number(registers.get(SP) ?? fail());
  }

  /** One opcode; false for the one that finishes. */
  step(cursor: Cursor): boolean {
    const opcode = cursor.u8();
    const low = opcode & 0x3f;
    if (opcode < 0x40) this.sp += (low << 2) + 4;
    else if (opcode < 0x80) this.sp -= (low << 2) + 4;
    else if (opcode < 0x90) {
      const mask = ((opcode & 0x0f) << 8) | cursor.u8();
      if (mask === 0) fail();
      this.pop(mask << 4);
    } else if (opcode < 0xa0) {
      const register = opcode & 0x0f;
      if (register === SP || register === PC) fail();
      this.sp = Number(this.registers.get(register) ?? fail());
    } else if (opcode < 0xb0) {
      this.pop((((2 << (opcode & 7)) - 1) << 4) | (opcode & 8 ? 1 << LR : 0));
    } else if (opcode === 0xb0) return false;
    else if (opcode === 0xb1) this.pop(positive(cursor.u8() & 0x0f));
    else if (opcode === 0xb2) this.sp += 0x204 + cursor.uleb() * 4;
    else this.skipCoprocessor(opcode, cursor);
    return true;
  }

  result(): PoppedFrame {
    this.registers.set(SP, BigInt(this.sp));
    if (!this.saved.has(PC)) {
      const link = this.registers.get(LR);
      if (link === undefined) fail();
      this.registers.set(PC, link);
      const at = this.saved.get(LR);
      if (at !== undefined) this.saved.set(PC, at);
    }
    return { cfa: this.sp, registers: this.registers, saved: this.saved };
  }

  /** Saved VFP and WMMX registers: they are not followed, only gone over. */
  private skipCoprocessor(opcode: number, cursor: Cursor): void {
    const few = (opcode & 7) + 1;
    if (opcode === 0xb3) this.sp += 8 * ((cursor.u8() & 0x0f) + 1) + 4;
    else if (opcode >= 0xb8 && opcode <= 0xbf) this.sp += 8 * few + 4;
    else if (opcode >= 0xc0 && opcode <= 0xc5) this.sp += 8 * few;
    else if (opcode === 0xc7) this.sp += 4 * ones(positive(cursor.u8() & 0x0f));
    else if (opcode === 0xc6 || opcode === 0xc8 || opcode === 0xc9) this.sp += 8 * ((cursor.u8() & 0x0f) + 1);
    else if (opcode >= 0xd0 && opcode <= 0xd7) this.sp += 8 * few;
    else fail();
  }

  /** The lowest register lies lowest. */
  private pop(mask: number): void {
    let restored: bigint | null = null;
    for (let register = 0; register < 16; register++) {
      if ((mask & (1 << register)) === 0) continue;
      const value = this.read(this.sp) ?? fail();
      this.saved.set(register, this.sp);
      if (register === SP) restored = value;
      else this.registers.set(register, value);
      this.sp += 4;
    }
    if (restored !== null) this.sp = Number(restored);
  }
}

function positive(mask: number): number {
  return mask === 0 ? fail() : mask;
}

function ones(mask: number): number {
  return [1, 2, 4, 8].filter((bit) => mask & bit).length;
}

function fail(): never {
  throw new DwarfError('a frame that cannot be unwound');
}
