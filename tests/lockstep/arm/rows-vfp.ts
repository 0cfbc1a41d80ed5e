/** VFPv4 and NEON in ARM encoding; `toThumb` gives the other. ARM ARM (DDI 0406C) A7. */
import { BASE_REGISTERS, type Fields, type Row, row } from './pattern.ts';

const CORE = { d: [0, 1, 2, 3, 4, 6, 11, 14], e: [0, 1, 2, 3, 4, 6, 11, 14] };
const ARITHMETIC = [
  // vmla vmls vnmla vnmls vmul vnmul vadd vsub vdiv vfma vfms vfnma vfnms
  row('cccc 1110 0DTT NNNN DDDD 101z NTM0 MMMM', undefined, { weight: 8, choices: anyOf('NDM') }),
  row('cccc 1110 1D00 NNNN DDDD 101z N0M0 MMMM', undefined, { weight: 2, choices: anyOf('NDM') }),
  row('cccc 1110 1DTT NNNN DDDD 101z NSM0 MMMM', ({ T }) => T === 1 || T === 2, { weight: 3, choices: anyOf('NDM') }),
  // vmov #imm; vmov vabs vneg vsqrt
  row('cccc 1110 1D11 iiii DDDD 101z 0000 iiii', undefined, { choices: anyOf('D') }),
  row('cccc 1110 1D11 000T DDDD 101z S1M0 MMMM', undefined, { weight: 3, choices: anyOf('DM') }),
  // vcmp vcmpe, with 0; vcvt between sizes
  row('cccc 1110 1D11 0100 DDDD 101z E1M0 MMMM', undefined, { weight: 2, choices: anyOf('DM') }),
  row('cccc 1110 1D11 0101 DDDD 101z E100 0000', undefined, { choices: anyOf('D') }),
  row('cccc 1110 1D11 0111 DDDD 101z 11M0 MMMM', undefined, { choices: anyOf('DM') }),
  // vcvtb vcvtt; vcvt from and to integers, with rounding either way; to and from fixed point
  row('cccc 1110 1D11 001T DDDD 1010 E1M0 MMMM', undefined, { choices: anyOf('DM') }),
  row('cccc 1110 1D11 1000 DDDD 101z E1M0 MMMM', undefined, { weight: 2, choices: anyOf('DM') }),
  row('cccc 1110 1D11 110T DDDD 101z E1M0 MMMM', undefined, { weight: 2, choices: anyOf('DM') }),
  row('cccc 1110 1D11 1T1U DDDD 101z S1j0 iiii', ({ S, i = 0, j = 0 }) => i * 2 + j <= (S === 1 ? 32 : 16), {
    choices: anyOf('D'),
  }),
];

/** Register numbers of the vector banks are random bits, where core registers have a list. */
function anyOf(letters: string): Record<string, number[]> {
  return Object.fromEntries([...letters].map((letter) => [letter, Array.from({ length: 32 }, (_, i) => i)]));
}

const MOVES = [
  row('cccc 1110 000L NNNN dddd 1010 N001 0000', undefined, { choices: { ...CORE, ...anyOf('N') } }),
  row('cccc 1100 010L eeee dddd 101z 00M1 MMMM', (f) => (f.L === 0 || f.d !== f.e) && (f.z === 1 || vm(f) !== 31), {
    choices: { ...CORE, ...anyOf('M') },
  }),
  row('cccc 1110 0TT0 NNNN dddd 1011 NSS1 0000', undefined, { choices: { ...CORE, ...anyOf('N') } }),
  row('cccc 1110 UTT1 NNNN dddd 1011 NSS1 0000', undefined, { choices: { ...CORE, ...anyOf('N') } }),
  row('1110 1110 1BQ0 NNNN dddd 1011 N0E1 0000', undefined, { choices: { ...CORE, ...anyOf('N') } }),
  row('cccc 1110 1111 0001 dddd 1010 0001 0000', undefined, { choices: CORE }),
  row('cccc 1110 1111 0001 1111 1010 0001 0000', undefined, { weight: 2 }),
];

function vm({ M = 0 }: Fields): number {
  // As the field is laid out, its highest bit is bit 5 of the instruction: the lowest of a single's number.
  return ((M & 15) << 1) | (M >>> 4);
}

/** Registers of vldm and vstm: from D (one of 32) as many as there are. */
function fits({ D = 0, i = 0, z }: Fields): boolean {
  if (z === 0) return i > 0 && (((D & 15) << 1) | (D >>> 4)) + i <= 32;
  return i >= 2 && i % 2 === 0 && i <= 32 && D + i / 2 <= 32;
}

const few = [1, 2, 2, 3, 4, 4, 5, 6, 8, 8, 10, 12, 16, 20, 24, 32];
const MEMORY = [
  row('cccc 1101 UD0L bbbb DDDD 101z OOOOOOOO', undefined, { weight: 4, choices: { ...anyOf('D') } }),
  row('cccc 1100 1DWL bbbb DDDD 101z iiiiiiii', fits, { weight: 3, choices: { i: few, ...anyOf('D') } }),
  row('cccc 1101 0D1L bbbb DDDD 101z iiiiiiii', fits, { weight: 3, choices: { i: few, ...anyOf('D') } }),
];

/** Every encoding of the spaces, also the UNDEFINED ones (A7.4, A7.7). */
export const NEON_ROWS: readonly Row[] = [
  row('1111 001i iiii iiii iiii iiii iiii iiii', undefined, { weight: 30 }),
  row('1111 0100 0DL0 bbbb DDDD tttt ss00 mmmm', neonStructure, {
    weight: 6,
    choices: { ...anyOf('D'), b: BASE_REGISTERS, m: [15, 15, 13, 12, 7] },
  }),
  row('1111 0100 1DL0 bbbb DDDD tttt iiii mmmm', neonElement, {
    weight: 6,
    choices: { ...anyOf('D'), b: BASE_REGISTERS, m: [15, 15, 13, 12, 7] },
  }),
];

/** Registers behind d31 are UNPREDICTABLE; `D` is laid out with its highest bit first. */
function neonStructure({ D = 0, t = 0 }: Fields): boolean {
  const used = { 0: 4, 1: 7, 2: 4, 3: 4, 4: 3, 5: 5, 6: 3, 7: 1, 8: 2, 9: 3, 10: 2 }[t];
  return used !== undefined && D + used <= 32;
}

/** vld1 to vld4 of one element (to one lane, or to all with t of 11xx), without alignment. */
function neonElement({ D = 0, t = 0, i = 0, L, m }: Fields): boolean {
  const size = t >> 2;
  const n = (t & 3) + 1;
  // Write-back by the length of the elements may leave a base that is no multiple of 4.
  if (m === 13 && size !== 2 && n !== 4) return false;
  if (size === 3) {
    // sz:T:a, with L: vld4 of size 3 asks for alignment.
    const spacing = (i & 2) !== 0 ? 2 : 1;
    const used = n === 1 ? spacing : 1 + (n - 1) * spacing;
    return L === 1 && (i & 1) === 0 && i >> 2 !== 3 && D + used <= 32;
  }
  const align = size === 0 ? i & 1 : size === 1 ? i & 1 : i & 3;
  const spacing = size === 1 && (i & 2) !== 0 ? 2 : size === 2 && (i & 4) !== 0 ? 2 : 1;
  if (n === 1 && ((size === 1 && (i & 2) !== 0) || (size === 2 && (i & 4) !== 0))) return false;
  return align === 0 && D + (n - 1) * spacing < 32;
}

export const VFP_ROWS: readonly Row[] = [...ARITHMETIC, ...MOVES, ...MEMORY];

/** The same instruction in Thumb encoding (A7.2): conditions go to the IT block around it. */
export function toThumb(word: number): number {
  const top = word >>> 24;
  if ((top & 0xfe) === 0xf2) return ((word & 0xff_ffff) | ((0xef | ((top & 1) << 4)) << 24)) >>> 0;
  if (top === 0xf4) return ((word & 0xff_ffff) | 0xf900_0000) >>> 0;
  return ((word & 0x0fff_ffff) | 0xe000_0000) >>> 0;
}
