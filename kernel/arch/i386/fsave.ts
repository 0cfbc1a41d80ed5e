import { readU32, writeU32 } from '../../bytes.ts';

/**
 * The old FSAVE image that precedes the FXSAVE image in i386 signal frames: seven words of environment, eight registers of ten
 * bytes, then status and magic. Linux: arch/x86/kernel/fpu/regset.c convert_from_fxsr(), convert_to_fxsr().
 */
export const FSAVE_BYTES = 112;

const ST_OFFSET = 28;
const ST_BYTES = 10;
const STATUS_OFFSET = 108;

/** Offsets in the FXSAVE image. */
const FX = { cwd: 0, swd: 2, twd: 4, ip: 8, dp: 16, st: 32, stStride: 16 } as const;

const TAG = { valid: 0, zero: 1, special: 2, empty: 3 } as const;

function readU16(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) & 0xffff;
}

function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

/** The image for a frame. `cs`, `ds`: the selectors of the program. */
export function fsaveFromFxsave(fx: Uint8Array, cs: number, ds: number): Uint8Array {
  const out = new Uint8Array(FSAVE_BYTES);
  const env = [
    readU16(fx, FX.cwd) | 0xffff_0000,
    readU16(fx, FX.swd) | 0xffff_0000,
    tagWord(fx) | 0xffff_0000,
    readU32(fx, FX.ip),
    cs,
    readU32(fx, FX.dp),
    ds | 0xffff_0000,
  ];
  env.forEach((word, i) => {
    writeU32(out, i * 4, word);
  });
  for (let i = 0; i < 8; i++) {
    const from = FX.st + i * FX.stStride;
    out.set(fx.subarray(from, from + ST_BYTES), ST_OFFSET + i * ST_BYTES);
  }
  // magic, behind it, is 0: an FXSAVE image follows.
  writeU16(out, STATUS_OFFSET, readU16(fx, FX.swd));
  return out;
}

/** Two bits a register, from FXSAVE's one bit and the register's value. Linux: twd_fxsr_to_i387(). */
function tagWord(fx: Uint8Array): number {
  const top = (readU16(fx, FX.swd) >>> 11) & 7;
  const used = fx[FX.twd] ?? 0;
  let tags = 0;
  for (let i = 0; i < 8; i++) {
    const tag = (used >>> i) & 1 ? tagOf(fx, FX.st + ((i - top) & 7) * FX.stStride) : TAG.empty;
    tags |= tag << (i * 2);
  }
  return tags;
}

function tagOf(fx: Uint8Array, at: number): number {
  const low = readU32(fx, at);
  const high = readU32(fx, at + 4);
  const exponent = readU16(fx, at + 8) & 0x7fff;
  if (exponent === 0x7fff) return TAG.special;
  if (exponent === 0) return low === 0 && high === 0 ? TAG.zero : TAG.special;
  return high & 0x8000_0000 ? TAG.valid : TAG.special;
}

/** Put what the FSAVE image holds over the FXSAVE image: it has the last word on the x87. */
export function mergeFsave(fx: Uint8Array, fsave: Uint8Array): void {
  writeU16(fx, FX.cwd, readU16(fsave, 0));
  writeU16(fx, FX.swd, readU16(fsave, 4));
  const tags = readU16(fsave, 8);
  let used = 0;
  for (let i = 0; i < 8; i++) if (((tags >>> (i * 2)) & 3) !== TAG.empty) used |= 1 << i;
  writeU16(fx, FX.twd, used);
  writeU32(fx, FX.ip, readU32(fsave, 12));
  writeU32(fx, FX.ip + 4, 0);
  writeU32(fx, FX.dp, readU32(fsave, 20));
  writeU32(fx, FX.dp + 4, 0);
  for (let i = 0; i < 8; i++) {
    const from = ST_OFFSET + i * ST_BYTES;
    fx.set(fsave.subarray(from, from + ST_BYTES), FX.st + i * FX.stStride);
  }
}
