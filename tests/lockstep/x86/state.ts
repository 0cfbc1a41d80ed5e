/** Start states: registers, x87 and SSE at random, with what is special more often than chance has it. */
import { DATA, PAGE, PALETTE, STACK, TLS_BASES } from '../memory.ts';
import type { Random } from '../random.ts';
import type { Roles } from './encode.ts';
import { BY_NUMBER, REGISTER_WORDS, type Start, USER, type X86Isa } from './sequence.ts';

function set(registers: Uint32Array, index: number, low: number, high = 0): void {
  registers[index * 2] = low;
  registers[index * 2 + 1] = high;
}

function anything(random: Random): number {
  return random.chance(45) ? random.pick(PALETTE) : random.u32();
}

function anyRegister(registers: Uint32Array, index: number, random: Random, wide: boolean): void {
  const low = anything(random);
  const signed = low | 0;
  const high = random.chance(30) ? 0 : random.chance(40) ? signed >> 31 : anything(random);
  set(registers, index, low, wide ? high : 0);
}

/** How far from the end of a page the stack pointer and the pointers may start. */
function stackPlace(random: Random): number {
  if (random.chance(3)) return random.below(24);
  if (random.chance(3)) return 2 * PAGE - random.below(48);
  if (random.chance(10)) return PAGE + random.below(64) - 32;
  return PAGE / 2 + random.below(PAGE / 8) * 8;
}

function pointerPlace(random: Random): number {
  if (random.chance(20)) return PAGE - random.below(6) * 16;
  if (random.chance(3)) return random.pick([0, 2 * PAGE, 3 * PAGE]) + random.below(8) * 16 - 64;
  return 0x300 + random.below((2 * PAGE - 0x600) / 16) * 16;
}

/** A start state that fits the roles. */
export function randomStart(random: Random, isa: X86Isa, roles: Roles): Start {
  const wide = isa === 'x86_64';
  const registers = new Uint32Array(REGISTER_WORDS);
  for (const number of BY_NUMBER.keys()) {
    const index = BY_NUMBER[number] ?? 0;
    if (wide || number < 8) anyRegister(registers, index, random, wide);
  }
  const skew = random.chance(10) ? random.below(16) : 0;
  for (const pointer of roles.pointers) set(registers, BY_NUMBER[pointer] ?? 0, DATA + pointerPlace(random) + skew);
  for (const number of roles.indexes) {
    const value = (random.below(9) - 4) * 16;
    set(registers, BY_NUMBER[number] ?? 0, value, wide ? value >> 31 : 0);
  }
  const place = STACK + stackPlace(random);
  set(registers, USER.rsp, random.chance(95) ? place - (place % (wide ? 8 : 4)) : place);
  set(registers, USER.orig, 0xffff_ffff, 0xffff_ffff);
  set(registers, USER.cs, wide ? 0x33 : 0x23);
  set(registers, USER.ss, 0x2b);
  set(registers, USER.flags, 0x202 | (random.u32() & 0x8d5) | (random.chance(30) ? 0x400 : 0));
  if (wide) {
    set(registers, USER.fsBase, DATA + random.below(0x1000));
    set(registers, USER.gsBase, DATA + random.below(0x1000));
  } else {
    set(registers, USER.ds, 0x2b);
    set(registers, USER.es, 0x2b);
    set(registers, USER.fs, 0x63);
    set(registers, USER.gs, 0x6b);
    set(registers, USER.fsBase, TLS_BASES[0] ?? 0);
    set(registers, USER.gsBase, TLS_BASES[1] ?? 0);
  }
  return { registers, fpu: randomFpu(random, isa), memorySeed: random.u32() || 1 };
}

const SINGLES = [
  0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x40000000, 0x3f000000, 0x40490fdb, 0x7f800000, 0xff800000,
  0x7fc00000, 0xffc00001, 0x7f800001, 0x00800000, 0x007fffff, 0x00000001, 0x7f7fffff, 0x4b000001, 0x4effffff,
  0x4f000000, 0xcf000000, 0x5f000000, 0x3effffff, 0x40200000, 0x40600000,
];
const DOUBLES_HIGH = [
  0x00000000, 0x80000000, 0x3ff00000, 0xbff00000, 0x40000000, 0x3fe00000, 0x400921fb, 0x7ff00000, 0xfff00000,
  0x7ff80000, 0xfff80000, 0x7ff00001, 0x00100000, 0x000fffff, 0x7fefffff, 0x43300000, 0x41dfffff, 0x41e00000,
  0xc1e00000, 0x43e00000, 0xc3e00000, 0x40040000, 0x47efffff, 0x36a00000,
];

function vectorWords(random: Random): number[] {
  const kind = random.below(10);
  const single = (): number =>
    random.chance(60) ? random.pick(SINGLES) : ((random.u32() & 0x807fffff) | ((random.below(40) + 108) << 23)) >>> 0;
  const double = (): number[] => [
    random.chance(50) ? 0 : random.u32(),
    random.chance(60)
      ? random.pick(DOUBLES_HIGH)
      : ((random.u32() & 0x800fffff) | ((random.below(100) + 973) << 20)) >>> 0,
  ];
  if (kind < 4) return [single(), single(), single(), single()];
  if (kind < 8) return [...double(), ...double()];
  return [anything(random), anything(random), anything(random), anything(random)];
}

/** Sign and exponent of 80-bit reals. */
const EXPONENTS = [
  0, 0x8000, 0x3fff, 0xbfff, 0x4000, 0x3ffe, 0x7fff, 0xffff, 0x7ffe, 0x0001, 0x8001, 0x403e, 0x403d, 0x401e, 0x407e,
  0x43fe, 0x3c01,
];

function real(random: Random, view: DataView, at: number): void {
  const special = random.chance(50);
  const exponent = special
    ? random.pick(EXPONENTS)
    : (0x3fff + random.below(140) - 70) | (random.chance(50) ? 0x8000 : 0);
  let high = random.chance(30) ? 0x80000000 : (random.u32() | 0x80000000) >>> 0;
  let low = random.chance(40) ? 0 : random.u32();
  // A few are none of the formats that the x87 knows.
  if (random.chance(2)) high &= 0x7fff_ffff;
  if ((exponent & 0x7fff) === 0) {
    // Zero and denormals.
    high = random.chance(50) ? 0 : high >>> 1;
    if (high === 0 && random.chance(60)) low = 0;
  }
  view.setUint32(at, low, true);
  view.setUint32(at + 4, high >>> 0, true);
  view.setUint16(at + 8, exponent, true);
}

/** Registers of the x87 in use at the start. */
export const X87_DEPTH = 4;

/** An FXSAVE image. */
function randomFpu(random: Random, isa: X86Isa): Uint8Array {
  const image = new Uint8Array(512);
  const view = new DataView(image.buffer);
  const precision = random.pick([0, 2, 3, 3, 3]);
  const masks = random.chance(92) ? 0x3f : random.below(64);
  view.setUint16(0, 0x40 | masks | (precision << 8) | (random.below(4) << 10), true);
  const top = random.below(8);
  view.setUint16(2, (top << 11) | (random.u32() & 0x4700), true);
  // Half of the stack is in use.
  for (let i = 0; i < X87_DEPTH; i++) image[4] = (image[4] ?? 0) | (1 << ((top + i) & 7));
  const masksSse = random.chance(90) ? 0x1f80 : random.below(64) << 7;
  view.setUint32(
    24,
    masksSse | (random.below(4) << 13) | (random.chance(15) ? 0x8000 : 0) | (random.chance(15) ? 0x40 : 0),
    true,
  );
  for (let i = 0; i < 8; i++) real(random, view, 32 + 16 * i);
  for (let i = 0; i < (isa === 'x86_64' ? 16 : 8); i++) {
    for (const [j, word] of vectorWords(random).entries()) view.setUint32(160 + 16 * i + 4 * j, word, true);
  }
  return image;
}
