/** What values of registers have to look like for a known difference to be that and no other. */
import type { Difference } from './known.ts';

/** Hexadecimal digits of a lane, by the name of the instruction. */
function digitsOf(name: string): number {
  return /[ps]d$/.test(name) ? 16 : 8;
}

/** Whether two values of an xmm register differ only in lanes of which `test` holds. Lanes are hexadecimal digits. */
export function lanesAre(difference: Difference, test: (expected: string, got: string) => boolean): boolean {
  const { what, expected, got, instruction } = difference;
  if (!/^xmm/.test(what)) return false;
  const digits = digitsOf(instruction?.name ?? '');
  for (let at = 2; at < expected.length; at += digits) {
    const [a, b] = [expected.slice(at, at + digits), got.slice(at, at + digits)];
    if (a !== b && !test(a, b)) return false;
  }
  return true;
}

/** The sign is left out. */
function high(lane: string): number {
  return Number.parseInt(lane.slice(0, 8), 16) & 0x7fff_ffff;
}

function low(lane: string): number {
  return lane.length === 8 ? 0 : Number.parseInt(lane.slice(8), 16);
}

/** A NaN in both. */
export function areNans(expected: string, got: string): boolean {
  return isNan(expected) && isNan(got);
}

function isNan(lane: string): boolean {
  if (lane.length === 8) return high(lane) > 0x7f80_0000;
  return high(lane) > 0x7ff0_0000 || (high(lane) === 0x7ff0_0000 && low(lane) !== 0);
}

function isZero(lane: string): boolean {
  return high(lane) === 0 && low(lane) === 0;
}

function single(lane: string): number {
  return new Float32Array(Uint32Array.of(Number.parseInt(lane, 16)).buffer)[0] ?? 0;
}

/**
 * Intel SDM volume 2, RCPPS and RSQRTPS: the relative error is at most 1.5 * 2^-12; RCPPS: tiny results are flushed to zeros
 * with the sign of the operand, and may be from 2^-126 * (1 + 2^-11) on; denormal operands are zeros, of which the result is infinite. The exact quotient is rounded once.
 */
export function isApproximation(expected: string, got: string): boolean {
  const [a, b] = [single(expected), single(got)];
  // Of a negative denormal: the CPU takes the root of -0.
  if (a === Number.NEGATIVE_INFINITY && isNan(got)) return true;
  if (!Number.isFinite(a) && !isNan(expected)) return Math.sign(a) === Math.sign(b) && Math.abs(b) >= 2 ** 63;
  if (isZero(expected)) return Math.abs(b) < 2 ** -126 * (1 + 2 ** -10) && Math.sign(1 / a) === Math.sign(b);
  return Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= Math.abs(b) * (1.5 * 2 ** -12 + 2 ** -24);
}

/** Bits behind the last that an 80-bit real has, for results that are less than any. */
const BEHIND = 64;

/** An 80-bit real in hexadecimal, its exponent less by `wrap`, as a multiple of 2^-(16445 + BEHIND). */
function scaled(real: string, wrap = 0): bigint | null {
  const [high, significand] = [Number.parseInt(real.slice(2, 6), 16), BigInt(`0x${real.slice(6)}`)];
  const exponent = high & 0x7fff;
  const shift = Math.max(exponent, 1) - 1 - wrap + BEHIND;
  if (exponent === 0x7fff || shift < 0) return null;
  const magnitude = significand << BigInt(shift);
  return high & 0x8000 ? -magnitude : magnitude;
}

/** ST(0) in an FXSAVE image. */
const ST0 = 32;

const size = (value: bigint): bigint => (value < 0n ? -value : value);

/** Intel SDM volume 1, 8.3.10: the error is below one unit in the last place, or one and a half where not rounded to nearest. */
const FUNCTION_BITS = 62n;
/** C1, PE, UE and OE follow from bits of the result that are not compared. */
const ROUNDING = 0x238;
const INEXACT = 0x38;
const UNDERFLOW = 0x10;
/** ES and B follow from exceptions that are not masked. */
const SUMMARY = 0x8080;
/** Intel SDM volume 1, 8.5.5: what is added to the exponent of a tiny result where underflow is not masked. */
const WRAP = 24576;

function isNear(expected: bigint | null, got: bigint | null): boolean {
  if (expected === null || got === null) return false;
  const apart = size(expected - got);
  return apart << FUNCTION_BITS <= size(expected) || apart <= 2n << BigInt(BEHIND);
}

/**
 * Results of fsin and its kin that are as near as the manual says that they are. Outside their domains f2xm1 and fyl2xp1 are
 * undefined (Intel SDM volume 2).
 */
export function isNearFunction({ what, expected, got, instruction, imageBefore }: Difference): boolean {
  const name = instruction?.name ?? '';
  const argument = `0x${Buffer.from(imageBefore?.subarray(ST0, ST0 + 10) ?? [])
    .reverse()
    .toString('hex')}`;
  if (/^(f|st)/.test(what) && isOutside(name, argument)) return true;
  const unmasked = ~(imageBefore?.[0] ?? 0) & INEXACT;
  if (what === 'fsw') {
    const other = Number(expected) ^ Number(got);
    return (other & ~(ROUNDING | (other & unmasked ? SUMMARY : 0))) === 0;
  }
  if (what === 'fop') return unmasked !== 0 && [expected, got].some((fop) => Number(fop) === opBefore(imageBefore));
  if (!/^st[01]$/.test(what)) return false;
  // One of both is a little less than the least normal number.
  const wraps = unmasked & UNDERFLOW ? [0, WRAP] : [0];
  return wraps.some(
    (wrap) => isNear(scaled(expected, wrap), scaled(got)) || isNear(scaled(expected), scaled(got, wrap)),
  );
}

function opBefore(image: Uint8Array | null): number {
  return (image?.[6] ?? 0) | ((image?.[7] ?? 0) << 8);
}

/** Whether ST(0) was empty, and fptan put 1 where the CPU puts the indefinite. */
export function isTangentOfNothing({ what, expected, got, imageBefore }: Difference): boolean {
  const top = ((imageBefore?.[3] ?? 0) >> 3) & 7;
  const isEmpty = (((imageBefore?.[4] ?? 0) >> top) & 1) === 0;
  return isEmpty && what === 'st0' && expected === '0xffffc000000000000000' && got === '0x3fff8000000000000000';
}

/** Whether |x| > 1 for f2xm1, or |x| > 1 - sqrt(0.5) for fyl2xp1. */
function isOutside(name: string, argument: string): boolean {
  const value = Number.parseInt(argument.slice(2, 6), 16) & 0x7fff;
  if (name === 'f2xm1') return value > 0x3fff || (value === 0x3fff && !/8000000000000000$/.test(argument));
  return name === 'fyl2xp1' && (value > 0x3ffd || (value === 0x3ffd && argument.slice(6) > '95f619980c4336f7'));
}
