/** What sequences are made of: single instructions of the tables, and small groups that keep control flow in hand. */
import type { Random } from '../random.ts';
import { POINTERS, TARGET } from './memory.ts';
import { encode, pickRow, type Row } from './pattern.ts';
import { A32_ROWS } from './rows-a32.ts';
import { T16_ROWS, T32_ROWS } from './rows-t32.ts';
import { NEON_ROWS, toThumb, VFP_ROWS } from './rows-vfp.ts';

/** An instruction, or data between instructions. Branches know their encoding when addresses are known. */
export interface Part {
  readonly size: 2 | 4;
  readonly thumb: boolean;
  readonly word: number | ((at: number, target: number) => number);
  readonly data?: boolean;
}

export interface Item {
  readonly parts: readonly Part[];
  /** The first part lies at a multiple of 4. */
  readonly aligned?: boolean;
  /** Branches go over so many items behind this one. */
  readonly span?: number;
}

const arm = (word: Part['word']): Part => ({ size: 4, thumb: false, word });
const t16 = (word: Part['word']): Part => ({ size: 2, thumb: true, word });
const t32 = (word: Part['word']): Part => ({ size: 4, thumb: true, word });
const data = (word: Part['word'], size: 2 | 4, thumb: boolean): Part => ({ size, thumb, word, data: true });

export interface Mix {
  /** Percentages of VFP and of NEON instructions. */
  readonly vfp: number;
  readonly neon: number;
}

function vector(random: Random, mix: Mix): number | undefined {
  const at = random.below(100);
  if (at < mix.vfp) return encode(pickRow(VFP_ROWS, random), random);
  if (at < mix.vfp + mix.neon) return encode(pickRow(NEON_ROWS, random), random);
  return undefined;
}

/** One instruction of the tables. */
export function single(random: Random, thumb: boolean, mix: Mix): Part {
  const word = vector(random, mix);
  if (!thumb) return arm(word ?? encode(pickRow(A32_ROWS, random), random));
  if (word !== undefined) return t32(toThumb(word));
  const of = (rows: readonly Row[]): number => encode(pickRow(rows, random), random);
  return random.chance(45) ? t16(of(T16_ROWS)) : t32(of(T32_ROWS));
}

/** it{x{y{z}}} and its instructions. Mask bits are those of A8.8.54. */
function itBlock(random: Random, mix: Mix): Item {
  const count = 1 + random.below(4);
  const first = random.below(15);
  let mask = 0;
  for (let i = 1; i < count; i++) {
    // With AL there is no else.
    const bit = first === 14 ? 0 : random.below(2);
    mask |= bit << (4 - i);
  }
  mask |= 1 << (4 - count);
  const parts = [t16(0xbf00 | (first << 4) | mask)];
  for (let i = 0; i < count; i++) parts.push(single(random, true, mix));
  return { parts };
}

function branch(random: Random, thumb: boolean): Item {
  const span = random.below(4);
  if (!thumb) {
    const condition = random.chance(40) ? 14 : random.below(14);
    const link = random.chance(25) ? 1 : 0;
    const base = ((condition << 28) | 0x0a00_0000 | (link << 24)) >>> 0;
    return { span, parts: [arm((at, target) => (base | (((target - at - 8) >>> 2) & 0xff_ffff)) >>> 0)] };
  }
  const condition = random.below(14);
  switch (random.below(5)) {
    case 0:
      return { span, parts: [t16((at, target) => 0xd000 | (condition << 8) | (((target - at - 4) >> 1) & 0xff))] };
    case 1:
      return { span, parts: [t16((at, target) => 0xe000 | (((target - at - 4) >> 1) & 0x7ff))] };
    case 2: {
      // cbz and cbnz reach from 4 bytes on only.
      const test = 0xb100 | (random.below(2) << 11) | random.below(8);
      const to = (at: number, target: number): number => Math.max(target - at - 4, 0) >> 1;
      const word = (at: number, target: number): number =>
        test | ((to(at, target) & 0x1f) << 3) | ((to(at, target) >> 5) << 9);
      return { span, parts: [t16(word), t16(0xbf00)] };
    }
    case 3:
      return {
        span,
        parts: [t32((at, target) => (0xf000_8000 | (condition << 22) | conditionalOffset(target - at - 4)) >>> 0)],
      };
    default: {
      const base = random.chance(50) ? 0xf000_b800 : 0xf000_f800;
      return { span, parts: [t32((at, target) => (base | (((target - at - 4) >> 1) & 0x7ff)) >>> 0)] };
    }
  }
}

function conditionalOffset(offset: number): number {
  return (((offset >> 12) & 0x3f) << 16) | ((offset >> 1) & 0x7ff);
}

/** clrex; ldrex; strex, of a word, two, a byte or a halfword. In Thumb words have an offset. */
function exclusive(random: Random, thumb: boolean): Item {
  const size = random.below(4);
  const b = random.pick([5, 8]);
  const value = random.pick([0, 2]);
  const store = random.pick([0, 2]);
  const status = random.pick([4, 6, 11]);
  if (!thumb) {
    const base = (0xe180_0f90 | (size << 21) | (b << 16)) >>> 0;
    return {
      parts: [
        arm(0xf57f_f01f),
        arm((base | 0x10_000f | (value << 12)) >>> 0),
        arm((base | (status << 12) | store) >>> 0),
      ],
    };
  }
  const clrex = t32(0xf3bf_8f2f);
  if (size === 0) {
    const offset = random.below(8);
    return {
      parts: [
        clrex,
        t32((0xe850_0f00 | (b << 16) | (value << 12) | offset) >>> 0),
        t32((0xe840_0000 | (b << 16) | (store << 12) | (status << 8) | offset) >>> 0),
      ],
    };
  }
  const kind = size === 1 ? 0x7 : size === 2 ? 0x4 : 0x5;
  const load = (0xe8d0_000f | (b << 16) | (value << 12) | ((size === 1 ? value + 1 : 0xf) << 8) | (kind << 4)) >>> 0;
  const save =
    (0xe8c0_0000 | (b << 16) | (store << 12) | ((size === 1 ? store + 1 : 0xf) << 8) | (kind << 4) | status) >>> 0;
  return { parts: [clrex, t32(load), t32(save)] };
}

/** tbb or tbh over a table of four, to one of four nops. */
function tableBranch(random: Random): Item {
  const index = random.below(4);
  const half = random.below(2);
  const mov = t32((0xf04f_0b00 | index) >>> 0);
  const jump = t32((0xe8df_f00b | (half << 4)) >>> 0);
  const nops = [t16(0xbf00), t16(0xbf00), t16(0xbf00), t16(0xbf00)];
  const order = [0, 1, 2, 3].map(() => random.below(4));
  const [a = 0, b = 0, c = 0, d = 0] = order;
  const table = half
    ? order.map((to) => data(4 + to, 2, true))
    : [data((2 + a) | ((2 + b) << 8), 2, true), data((2 + c) | ((2 + d) << 8), 2, true)];
  return { parts: [mov, jump, ...table, ...nops] };
}

/** A system call that does not exist: the kernel answers -ENOSYS in r0. r7 gets its value back. */
function systemCall(thumb: boolean): Item {
  const slot = POINTERS + 4;
  // movw r7, #0xfff0; svc 0; ldr r7, [r10, #slot]
  if (!thumb) return { parts: [arm(0xe30f_7ff0), arm(0xef00_0000), arm(0xe59a_7000 + slot)] };
  return { parts: [t32(0xf64f_77f0), t16(0xdf00), t32(0xf8da_7000 + slot)] };
}

/** bl to a function behind a branch, which comes back by bx lr. */
function call(thumb: boolean): Item {
  // bl 1f; b 2f; 1: add r0, r0, #1; bx lr; 2:
  if (!thumb) return { parts: [arm(0xeb00_0000), arm(0xea00_0001), arm(0xe280_0001), arm(0xe12f_ff1e)] };
  return { parts: [t32(0xf000_f801), t16(0xe001), t16(0x3001), t16(0x4770)] };
}

/** Ways to write pc that stay in ARM state. */
function jump(random: Random): Item {
  switch (random.below(3)) {
    case 0: // sub pc, pc, #4
      return { parts: [arm(0xe24f_f004)] };
    case 1: // add r11, pc, #4; str r11, [r10, #TARGET]; ldr pc, [r10, #TARGET]
      return { parts: [arm(0xe28f_b004), arm(0xe58a_b000 + TARGET), arm(0xe59a_f000 + TARGET)] };
    default: // add r11, pc, #0; mov pc, r11
      return { parts: [arm(0xe28f_b000), arm(0xe1a0_f00b)] };
  }
}

/** From ARM to Thumb or back, to what lies behind. */
export function switchState(random: Random, thumb: boolean): Item {
  const way = random.below(3);
  if (!thumb) {
    // add r11, pc, #1; bx r11 | blx . + 4 | ldr pc, [pc, #-4] with the address behind it
    if (way === 0) return { parts: [arm(0xe28f_b001), arm(0xe12f_ff1b)] };
    if (way === 1) return { parts: [arm(0xfaff_ffff)] };
    return { parts: [arm(0xe51f_f004), data((at) => at + 5, 4, false)] };
  }
  // bx pc; nop | blx . + 4 | ldr.w pc, [pc] with the address behind it
  if (way === 0) return { aligned: true, parts: [t16(0x4778), t16(0xbf00)] };
  if (way === 1) return { aligned: true, parts: [t32(0xf000_e800)] };
  return {
    aligned: true,
    parts: [t32(0xf8df_f000), data((at) => (((at + 4) << 16) | ((at + 4) >>> 16)) >>> 0, 4, true)],
  };
}

export function generateItem(random: Random, thumb: boolean, mix: Mix): Item {
  const at = random.below(100);
  if (at < 5) return branch(random, thumb);
  if (at < 7) return exclusive(random, thumb);
  if (at < 8) return random.chance(25) ? systemCall(thumb) : call(thumb);
  if (at < 9) return thumb ? tableBranch(random) : jump(random);
  if (thumb && at < 22) return itBlock(random, mix);
  return { parts: [single(random, thumb, mix)] };
}

/** The first pointers of a pass, loaded again each time: r5, r7, r8, r12, sp. */
export function loadPointers(thumb: boolean): Item {
  const loads = [5, 7, 8, 12, 13].map((register, index) => {
    const slot = POINTERS + 4 * index;
    return thumb
      ? t32((0xf8da_0000 | (register << 12) | slot) >>> 0)
      : arm((0xe59a_0000 | (register << 12) | slot) >>> 0);
  });
  return { parts: loads };
}

/** ldr pc, [r9], #4 */
export function loopEnd(thumb: boolean): Item {
  return { parts: [thumb ? t32(0xf859_fb04) : arm(0xe499_f004)] };
}

export const NOP_ARM = arm(0xe320_f000);
export const NOP_THUMB = t16(0xbf00);
export const NOP_WIDE = t32(0xf3af_8000);
