/** From a row of the tables to the bytes of one instruction, with operands at random. */
import { CODE, DATA, PAGE } from '../memory.ts';
import type { Random } from '../random.ts';
import { BY_NUMBER, FLAG, type Instruction, USER, type X86Isa } from './sequence.ts';

/** What registers are for in a sequence. The others may hold anything. */
export interface Roles {
  /** Point into the data; seldom written. */
  readonly pointers: readonly number[];
  /** Hold small multiples of 16, positive and negative; seldom written. */
  readonly indexes: readonly number[];
  readonly free: readonly number[];
}

export interface Row {
  readonly name: string;
  readonly opcode: string;
  readonly operands: readonly string[];
  readonly options: readonly string[];
}

/** Rows of a table that the ISA has. */
export function rowsFor(isa: X86Isa, table: readonly string[]): Row[] {
  const other = isa === 'i386' ? 'x64' : 'i386';
  return table
    .map((text) => {
      const [name = '', opcode = '', operands = '', options = ''] = text.split('|');
      return {
        name,
        opcode,
        operands: operands.split(',').filter(Boolean),
        options: options.split(' ').filter(Boolean),
      };
    })
    .filter((row) => !row.options.includes(other));
}

export function littleEndian(value: number, lenBytes: number): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < lenBytes; i++) bytes.push(i < 4 ? (value >>> (8 * i)) & 0xff : value < 0 ? 0xff : 0);
  return bytes;
}

/** An immediate that means something, or anything. */
function immediate(random: Random, lenBytes: number): number[] {
  if (random.chance(50))
    return littleEndian(random.pick([0, 1, -1, 2, 3, 5, 7, 8, 15, 16, 31, 32, 63, 64, 127, -128, -2, 0x80]), lenBytes);
  return Array.from({ length: lenBytes }, () => random.below(256));
}

function undefinedLetters(letters: string): number {
  let flags = 0;
  for (const letter of letters) flags |= FLAG[letter as keyof typeof FLAG];
  return flags;
}

/**
 * Flags that shifts leave undefined, by their count (Intel SDM volume 2, SAL/SAR/SHL/SHR: "the CF flag is undefined for SHL
 * and SHR where the count is greater than or equal to the size", "the OF flag is affected only on 1-bit shifts, otherwise
 * undefined", "for a non-zero count, the AF flag is undefined"; RCL/RCR/ROL/ROR: OF "is undefined in all other cases";
 * SHLD: AF, and OF for counts above 1).
 */
function undefinedByCount(kind: string, size: number, count: number): number {
  const masked = count & (size === 64 ? 63 : 31);
  if (masked === 0) return 0;
  const overflow = masked === 1 ? 0 : FLAG.O;
  if (kind === 'rotate') return overflow;
  const carry = kind === 'shift' && masked >= size ? FLAG.C : 0;
  return FLAG.A | overflow | carry;
}

/** The flags that an instruction of the row leaves undefined. */
export function undefinedOf(row: Row, size: number, count: number | 'cl'): Instruction['undefinedFlags'] {
  const kind = row.options.find((option) => ['shift', 'sar', 'rotate', 'double'].includes(option));
  if (kind !== undefined) {
    if (count !== 'cl') return undefinedByCount(kind, size, count);
    return (before) => undefinedByCount(kind, size, (before[USER.rcx * 2] ?? 0) & 0xff);
  }
  const letters = row.options.find((option) => option.startsWith('?'));
  return letters === undefined ? undefined : undefinedLetters(letters.slice(1));
}

interface Memory {
  /** Segment and address size prefixes. */
  readonly prefixes: readonly number[];
  readonly rex: number;
  /** mod and rm of the ModRM byte, SIB and displacement. */
  readonly modrm: number;
  readonly tail: readonly number[];
  readonly relativeTo?: number;
}

export class Encoder {
  private readonly random: Random;
  private readonly isa: X86Isa;
  private readonly roles: Roles;
  /** Registers of the x87 that are in use: st(i) is one of them. */
  x87Depth = 8;

  constructor(random: Random, isa: X86Isa, roles: Roles) {
    this.random = random;
    this.isa = isa;
    this.roles = roles;
  }

  /** A register to read or write. */
  register(): number {
    const { random, roles } = this;
    if (random.chance(98.5)) return random.pick(roles.free);
    return random.below(this.isa === 'x86_64' ? 16 : 8);
  }

  instruction(row: Row): Instruction {
    const { random } = this;
    const has = (option: string): boolean => row.options.includes(option);
    const size = this.sizeOf(row);
    const operands = row.operands;
    const rmToken = operands.find((token) => /^[EMRWQUN]/.test(token));
    const memory =
      rmToken !== undefined && this.takesMemory(rmToken, has('anywhere'))
        ? this.memory(this.alignment(rmToken))
        : undefined;
    const noHigh = this.isa === 'x86_64' && random.chance(60);
    let rex = memory?.rex ?? 0;
    let field = 0;
    let rm = 0;
    let opcodeLow = 0;
    let vvvv = 0;
    let wantsRex = false;
    const tail: number[] = [];
    let count: number | 'cl' = has('cl') ? 'cl' : 1;
    const place = (number: number, rexBit: number): number => {
      if (number >= 8) rex |= rexBit;
      return number & 7;
    };
    const byteRegister = (): number => {
      let number = this.register();
      if (this.isa === 'i386') number = random.pick(this.roles.free.filter((free) => free < 4));
      if (number < 4 && (this.isa === 'i386' || (!noHigh && rex === 0))) return number + (random.chance(30) ? 4 : 0);
      wantsRex = true;
      return number;
    };
    const vector = (): number => random.below(this.isa === 'x86_64' ? 16 : 8);
    for (const token of operands) {
      const kind = token.charAt(0);
      if (token === 'Gb') field = place(byteRegister(), 4);
      else if (kind === 'G') field = place(this.register(), 4);
      else if (kind === 'X') field = place(random.pick(this.roles.indexes), 4);
      else if (kind === 'V') field = place(vector(), 4);
      else if (kind === 'P') field = random.below(8);
      else if (token === '/s') field = random.below(6);
      else if (kind === '/') field = Number(token.slice(1));
      else if (kind === 'B') vvvv = this.register();
      else if (token === 'O8') opcodeLow = random.below(this.x87Depth);
      else if (token === 'Ob') opcodeLow = place(byteRegister(), 1);
      else if (kind === 'O') opcodeLow = place(this.register(), 1);
      else if (token === 'ic') {
        count = random.chance(60) ? random.below(34) : random.below(256);
        tail.push(count);
      } else if (token === 'i3') tail.push(random.below(8));
      else if (token === 'ib') tail.push(...immediate(random, 1));
      else if (token === 'iz') tail.push(...immediate(random, size === 16 ? 2 : 4));
      else if (token === 'iv') tail.push(...immediate(random, size / 8));
      else if (token === 'ie') tail.push(random.below(4) * 16, 0, random.chance(70) ? 0 : random.below(6));
      else if (kind === 'o')
        tail.push(...littleEndian(DATA + random.below(2 * PAGE - 8), this.isa === 'x86_64' ? 8 : 4));
      else if (token === rmToken && memory === undefined) {
        if (token === 'Eb') rm = place(byteRegister(), 1);
        else if (kind === 'W' || kind === 'U') rm = place(vector(), 1);
        else if (kind === 'Q' || kind === 'N') rm = random.below(8);
        else rm = place(this.register(), 1);
      }
    }
    if (has('double') && size === 16 && count !== 'cl') {
      count %= 17;
      tail[0] = count;
    }
    if (wantsRex && rex === 0) rex = 0x40;
    if (rex !== 0) rex |= 0x40;
    if (size === 64 && !has('n64')) rex |= 0x48;
    const modrm = rmToken === undefined ? [] : [(memory?.modrm ?? 0xc0 | rm) | (field << 3), ...(memory?.tail ?? [])];
    const prefixes = [...(memory?.prefixes ?? []), ...(size === 16 ? [0x66] : [])];
    if (has('L') && memory !== undefined && random.chance(12)) prefixes.push(0xf0);
    const head = row.opcode.startsWith('vex.')
      ? vex(row.opcode, prefixes, rex, vvvv)
      : legacy(row.opcode, prefixes, rex, opcodeLow);
    const bytes = [...head, ...modrm, ...tail];
    const undefinedFlags = undefinedOf(row, operands.some((token) => /^[EO]b$/.test(token)) ? 8 : size, count);
    return {
      name: row.name,
      bytes,
      ...(has('mmx') ? { mmx: true } : {}),
      ...(undefinedFlags === undefined || undefinedFlags === 0 ? {} : { undefinedFlags }),
      ...(memory?.relativeTo === undefined
        ? {}
        : { relative: { at: head.length + 1, lenBytes: 4, to: memory.relativeTo } as const }),
    };
  }

  private sizeOf(row: Row): 16 | 32 | 64 {
    const { random } = this;
    const wide = this.isa === 'x86_64';
    if (row.operands.includes('W')) return 64;
    if (row.operands.some((token) => /^([EMGORX]?n)$/.test(token))) return random.chance(15) ? 16 : 32;
    const ofSize = row.operands.find((token) => /^[EMGORX]?[vy]$/.test(token) || token === 'ov');
    if (ofSize === undefined) return 32;
    if (ofSize.endsWith('v') && !row.operands.some((token) => token.endsWith('y')) && random.chance(25)) return 16;
    return wide && random.chance(55) ? 64 : 32;
  }

  private takesMemory(token: string, anywhere: boolean): boolean {
    if (anywhere || token.startsWith('M')) return true;
    return /^[EWQ]/.test(token) && this.random.chance(40);
  }

  /** 16 where the instruction wants it and mostly gets it. */
  private alignment(token: string): number {
    if (/^([WM]x|M16)$/.test(token)) return this.random.chance(98) ? 16 : 1;
    return this.random.chance(40) ? 4 : 1;
  }

  /** An address in the data or on the stack, in any of the forms that there are. */
  memory(alignment: number): Memory {
    const { random, roles } = this;
    const wide = this.isa === 'x86_64';
    const offset = (): number =>
      Math.floor((random.chance(85) ? random.below(0x100) - 0x80 : random.below(0x600) - 0x300) / alignment) *
      alignment;
    if (random.chance(6)) return this.segment(alignment);
    const form = random.below(100);
    const absolute = Math.floor((DATA + this.place()) / alignment) * alignment;
    if (form < 8) {
      if (!wide) return { prefixes: [], rex: 0, modrm: 5, tail: littleEndian(absolute, 4) };
      if (random.chance(30)) return { prefixes: [], rex: 0, modrm: 4, tail: [0x25, ...littleEndian(absolute, 4)] };
      return { prefixes: [], rex: 0, modrm: 5, tail: [0, 0, 0, 0], relativeTo: absolute };
    }
    const prefixes = wide && random.chance(3) ? [0x67] : random.chance(2) ? [random.pick([0x26, 0x36, 0x3e])] : [];
    const displacement = form < 20 ? 0 : offset();
    if (form < 28) return { prefixes, ...based(4, 4, 0, Math.abs(displacement) & ~15 & 0x7f) };
    const base = random.pick(roles.pointers);
    if (form < 65) return { prefixes, ...based(base, -1, 0, displacement) };
    return { prefixes, ...based(base, random.pick(roles.indexes), random.below(4), displacement) };
  }

  /** An offset in the data, mostly somewhere inside, sometimes where pages meet or end. */
  place(): number {
    const { random } = this;
    const end = random.below(100);
    if (end < 12) return PAGE - random.below(20);
    if (end < 14) return 2 * PAGE - random.below(20);
    if (end < 15) return random.below(20) - 16;
    return 0x40 + random.below(2 * PAGE - 0x80);
  }

  private segment(alignment: number): Memory {
    const { random, roles } = this;
    const at = Math.floor(random.below(0x600) / alignment) * alignment;
    const prefixes = [random.pick([0x64, 0x65])];
    const wide = this.isa === 'x86_64';
    if (random.chance(50)) {
      return wide
        ? { prefixes, rex: 0, modrm: 4, tail: [0x25, ...littleEndian(at, 4)] }
        : { prefixes, rex: 0, modrm: 5, tail: littleEndian(at, 4) };
    }
    return { prefixes, ...based(random.pick(roles.indexes), -1, 0, at + 0x40) };
  }
}

/** [base + index << scale + displacement]; index -1 is none, index 4 with base 4 is rsp alone. */
function based(base: number, index: number, scale: number, displacement: number): Omit<Memory, 'prefixes'> {
  const short = displacement >= -128 && displacement < 128;
  const needs = displacement !== 0 || (base & 7) === 5;
  const mod = needs ? (short ? 0x40 : 0x80) : 0;
  const tail = needs ? littleEndian(displacement, short ? 1 : 4) : [];
  let rex = base >= 8 ? 0x41 : 0;
  if (index < 0 && (base & 7) !== 4) return { rex, modrm: mod | (base & 7), tail };
  const named = index < 0 ? 4 : index;
  if (named >= 8) rex |= 0x42;
  return { rex, modrm: mod | 4, tail: [(scale << 6) | ((named & 7) << 3) | (base & 7), ...tail] };
}

function hexBytes(text: string): number[] {
  return (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function legacy(opcode: string, prefixes: readonly number[], rex: number, low: number): number[] {
  const parts = opcode.split('.');
  const bytes = hexBytes(parts[parts.length - 1] ?? '');
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) + low;
  const mandatory = parts.length > 1 ? hexBytes(parts[0] ?? '') : [];
  return [...prefixes, ...mandatory, ...(rex === 0 ? [] : [rex]), ...bytes];
}

/** The three-byte form: R, X, B and vvvv are inverted. Only prefixes of segment and address size may stand before it. */
function vex(opcode: string, prefixes: readonly number[], rex: number, vvvv: number): number[] {
  const [, pp = '0', map = '0', last = '0'] = opcode.split('.');
  return [
    ...prefixes,
    0xc4,
    ((~rex & 7) << 5) | Number(map),
    (rex & 8 ? 0x80 : 0) | ((~vvvv & 0xf) << 3) | Number(pp),
    Number.parseInt(last, 16),
  ];
}

/** Registers by number that instructions may use for anything. */
export function makeRoles(random: Random, isa: X86Isa): Roles {
  const all = BY_NUMBER.map((_, number) => number).filter((number) => number !== 4 && (isa === 'x86_64' || number < 8));
  const take = (from: number[]): number => from.splice(random.below(from.length), 1)[0] ?? 3;
  // rax, rcx and rdx are written by too many.
  const reserved = all.filter((number) => number > 2);
  const pointers =
    isa === 'x86_64' ? [take(reserved), take(reserved), take(reserved)] : [take(reserved), take(reserved)];
  const indexes = isa === 'x86_64' ? [take(reserved), take(reserved)] : [take(reserved)];
  return { pointers, indexes, free: all.filter((number) => !pointers.includes(number) && !indexes.includes(number)) };
}

export const CODE_END = CODE + 2 * PAGE;
