/**
 * Fields of code and data that hold an address or a distance: where the bits go and what fits. The assembler fills them
 * in, the linker fills them in, and an object file names them by its ISA's relocation number (relocations.ts).
 */
export interface FixupKind {
  readonly name: string;
  readonly lenBytes: number;
  /** The field's own address is subtracted. */
  readonly pcRelative: boolean;
  /** The address subtracted is rounded down to four (Thumb's Align(PC, 4)). */
  readonly alignPc?: boolean;
  /** Branches that may change between ARM and Thumb by becoming BLX, or by refusing to. */
  readonly branch?: 'arm-jump' | 'arm-call' | 'thumb-jump' | 'thumb-call';
  /** Bit 0 marks a Thumb function whose address is taken here. */
  readonly takesThumbBit?: boolean;
  /** Counted from the start of the data segment; or of the global offset table, and then it is the symbol's entry there. */
  readonly from?: 'data' | 'got';
  fits(value: bigint): boolean;
  /** Put `value` at `offset`; bits of the instruction that are not the field's stay. */
  write(bytes: Uint8Array, offset: number, value: bigint): void;
  /** The addend a REL object stores in the field, as a signed number. */
  read(bytes: Uint8Array, offset: number): bigint;
}

function inRange(value: bigint, low: bigint, high: bigint): boolean {
  return value >= low && value <= high;
}

function data(name: string, lenBytes: number, pcRelative: boolean, low: bigint, high: bigint): FixupKind {
  const bits = lenBytes * 8;
  return {
    name,
    lenBytes,
    pcRelative,
    takesThumbBit: !pcRelative || lenBytes === 4,
    fits: (value) => inRange(value, low, high),
    write(bytes, offset, value) {
      let rest = BigInt.asUintN(bits, value);
      for (let i = 0; i < lenBytes; i += 1) {
        bytes[offset + i] = Number(rest & 0xffn);
        rest >>= 8n;
      }
    },
    read(bytes, offset) {
      let value = 0n;
      for (let i = lenBytes - 1; i >= 0; i -= 1) value = (value << 8n) | BigInt(bytes[offset + i] ?? 0);
      return BigInt.asIntN(bits, value);
    },
  };
}

const half = (bits: number): bigint => 1n << BigInt(bits - 1);
/** Signed or unsigned: what gas takes for a datum of that size. */
const either = (name: string, lenBytes: number): FixupKind =>
  data(name, lenBytes, false, -half(lenBytes * 8), (1n << BigInt(lenBytes * 8)) - 1n);
const signed = (name: string, lenBytes: number, pcRelative: boolean): FixupKind =>
  data(name, lenBytes, pcRelative, -half(lenBytes * 8), half(lenBytes * 8) - 1n);

export const ABS8 = either('abs8', 1);
export const ABS16 = either('abs16', 2);
export const ABS32 = either('abs32', 4);
/** x86-64: the CPU extends the sign, so the address must be in the low or the high 2 GiB. */
export const ABS32S = signed('abs32s', 4, false);
export const GOT32: FixupKind = { ...either('got32', 4), from: 'got' };
export const SBREL32: FixupKind = { ...either('sbrel32', 4), from: 'data' };
export const ABS64 = either('abs64', 8);
export const PC8 = signed('pc8', 1, true);
export const PC16 = signed('pc16', 2, true);
export const PC32 = signed('pc32', 4, true);
/** On a 32-bit CPU a distance wraps round: everything is in reach. */
export const PC32_WRAPPING = data('pc32', 4, true, -(1n << 32n), (1n << 32n) - 1n);
export const PLT32 = signed('plt32', 4, true);
export const PC64 = signed('pc64', 8, true);

interface WordField {
  readonly name: string;
  readonly low: bigint;
  readonly high: bigint;
  /** The value is a multiple of this. */
  readonly step?: bigint;
  readonly pcRelative?: boolean;
  readonly alignPc?: boolean;
  readonly branch?: NonNullable<FixupKind['branch']>;
  readonly takesThumbBit?: boolean;
  /** The field's bits within the instruction word. */
  readonly mask: number;
  encode(value: number): number;
  decode(word: number): number;
}

function readWord(bytes: Uint8Array, offset: number, thumb: boolean): number {
  const at = (i: number): number => bytes[offset + i] ?? 0;
  const low = at(0) | (at(1) << 8);
  const high = at(2) | (at(3) << 8);
  return (thumb ? (low << 16) | high : (high << 16) | low) >>> 0;
}

function writeWord(bytes: Uint8Array, offset: number, word: number, thumb: boolean): void {
  const [first, second] = thumb ? [word >>> 16, word & 0xffff] : [word & 0xffff, word >>> 16];
  bytes[offset] = first & 0xff;
  bytes[offset + 1] = first >>> 8;
  bytes[offset + 2] = second & 0xff;
  bytes[offset + 3] = second >>> 8;
}

/** A field in a 4-byte instruction; a 32-bit Thumb instruction is two halfwords, the first one the more significant. */
function wordField(field: WordField, thumb: boolean): FixupKind {
  const step = field.step ?? 1n;
  return {
    name: field.name,
    lenBytes: 4,
    pcRelative: field.pcRelative ?? true,
    ...(field.alignPc ? { alignPc: true } : {}),
    ...(field.branch ? { branch: field.branch } : {}),
    ...(field.takesThumbBit ? { takesThumbBit: true } : {}),
    fits: (value) => inRange(value, field.low, field.high) && value % step === 0n,
    write(bytes, offset, value) {
      const word = readWord(bytes, offset, thumb);
      const bits = field.encode(Number(BigInt.asIntN(32, value))) & field.mask;
      writeWord(bytes, offset, ((word & ~field.mask) | bits) >>> 0, thumb);
    },
    read: (bytes, offset) => BigInt(field.decode(readWord(bytes, offset, thumb)) | 0),
  };
}

/** A field in a 2-byte Thumb instruction. */
function halfField(field: WordField): FixupKind {
  const step = field.step ?? 1n;
  return {
    name: field.name,
    lenBytes: 2,
    pcRelative: true,
    ...(field.alignPc ? { alignPc: true } : {}),
    ...(field.branch ? { branch: field.branch } : {}),
    fits: (value) => inRange(value, field.low, field.high) && value % step === 0n,
    write(bytes, offset, value) {
      const word = (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
      const next = (word & ~field.mask) | (field.encode(Number(value)) & field.mask);
      bytes[offset] = next & 0xff;
      bytes[offset + 1] = (next >>> 8) & 0xff;
    },
    read: (bytes, offset) => BigInt(field.decode((bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8))),
  };
}

const signExtend = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);

const ARM_BRANCH = {
  low: -(1n << 25n),
  high: (1n << 25n) - 1n,
  step: 4n,
  mask: 0x00ffffff,
  encode: (v: number) => v >> 2,
  decode: (w: number) => signExtend(w & 0xffffff, 24) * 4,
};
export const ARM_JUMP24 = wordField({ ...ARM_BRANCH, name: 'arm_jump24', branch: 'arm-jump' }, false);
export const ARM_CALL = wordField({ ...ARM_BRANCH, name: 'arm_call', branch: 'arm-call' }, false);
/** BLX to Thumb: bit 24 is the target's half word. */
export const ARM_BLX = wordField(
  {
    ...ARM_BRANCH,
    name: 'arm_blx',
    step: 2n,
    branch: 'arm-call',
    mask: 0x01ffffff,
    encode: (v) => ((v >> 2) & 0xffffff) | ((v & 2) << 23),
    decode: (w) => signExtend(w & 0xffffff, 24) * 4 + ((w >> 23) & 2),
  },
  false,
);

/** LDR and STR literals: U in bit 23, twelve bits of distance. */
const upDown = (split: (v: number) => number, join: (w: number) => number, mask: number) => ({
  mask: mask | (1 << 23),
  encode: (v: number) => (v >= 0 ? 1 << 23 : 0) | split(Math.abs(v)),
  decode: (w: number) => ((w >>> 23) & 1 ? join(w) : -join(w)),
});
const imm12 = upDown(
  (v) => v,
  (w) => w & 0xfff,
  0xfff,
);
export const ARM_LDR12 = wordField({ name: 'arm_ldr12', low: -4095n, high: 4095n, ...imm12 }, false);
export const ARM_LDR8 = wordField(
  {
    name: 'arm_ldr8',
    low: -255n,
    high: 255n,
    ...upDown(
      (v) => (v & 0xf) | ((v & 0xf0) << 4),
      (w) => (w & 0xf) | ((w >> 4) & 0xf0),
      0xf0f,
    ),
  },
  false,
);
const vldr = {
  low: -1020n,
  high: 1020n,
  step: 4n,
  ...upDown(
    (v) => v >> 2,
    (w) => (w & 0xff) * 4,
    0xff,
  ),
};
export const ARM_VLDR = wordField({ name: 'arm_vldr', ...vldr }, false);
export const THUMB_VLDR = wordField({ name: 'thumb_vldr', alignPc: true, ...vldr }, true);
export const THUMB_LDRD = wordField({ name: 'thumb_ldrd', alignPc: true, ...vldr }, true);
export const THUMB_LDR12 = wordField({ name: 'thumb_ldr12', alignPc: true, low: -4095n, high: 4095n, ...imm12 }, true);

/** An ARM data-processing immediate: eight bits rotated right by an even count; undefined where there is none. */
export function armImmediate(value: number): number | undefined {
  for (let rotate = 0; rotate < 32; rotate += 2) {
    const rolled = rotate === 0 ? value >>> 0 : ((value << rotate) | (value >>> (32 - rotate))) >>> 0;
    if (rolled <= 0xff) return (rotate << 7) | rolled;
  }
  return undefined;
}

/** ADR: ADD or SUB from PC with a modified immediate. */
export const ARM_ADR: FixupKind = {
  name: 'arm_adr',
  lenBytes: 4,
  pcRelative: true,
  fits: (value) => armImmediate(Number(value < 0n ? -value : value)) !== undefined,
  write(bytes, offset, value) {
    const word = readWord(bytes, offset, false) & 0xff0ff000;
    const op = value < 0n ? 0x00400000 : 0x00800000;
    writeWord(bytes, offset, (word | op | (armImmediate(Math.abs(Number(value))) ?? 0)) >>> 0, false);
  },
  read: () => 0n,
};

/** Thumb ADR.W: 12 bits split i:imm3:imm8, ADDW or SUBW. */
const splitImm12 = (v: number): number => ((v & 0x800) << 15) | ((v & 0x700) << 4) | (v & 0xff);
export const THUMB_ADR12 = wordField(
  {
    name: 'thumb_adr12',
    low: -4095n,
    high: 4095n,
    alignPc: true,
    mask: 0x04f070ff,
    encode: (v) => (v < 0 ? 0x00a00000 : 0) | splitImm12(Math.abs(v)),
    decode: () => 0,
  },
  true,
);

const movImm16 = {
  mask: 0x000f0fff,
  encode: (v: number) => ((v & 0xf000) << 4) | (v & 0xfff),
  decode: (w: number) => signExtend(((w >> 4) & 0xf000) | (w & 0xfff), 16),
};
const thumbMovImm16 = {
  mask: 0x040f70ff,
  encode: (v: number) => ((v & 0xf000) << 4) | ((v & 0x800) << 15) | ((v & 0x700) << 4) | (v & 0xff),
  decode: (w: number) => signExtend(((w >> 4) & 0xf000) | ((w >> 15) & 0x800) | ((w >> 4) & 0x700) | (w & 0xff), 16),
};
const anyWord = { low: -(1n << 31n), high: (1n << 32n) - 1n, pcRelative: false };
const high16 = <T extends { encode(v: number): number }>(field: T): T => ({
  ...field,
  encode: (v: number) => field.encode((v >>> 16) & 0xffff),
});
export const ARM_MOVW = wordField({ name: 'arm_movw', ...anyWord, takesThumbBit: true, ...movImm16 }, false);
export const ARM_MOVT = wordField({ name: 'arm_movt', ...anyWord, ...high16(movImm16) }, false);
export const THUMB_MOVW = wordField({ name: 'thumb_movw', ...anyWord, takesThumbBit: true, ...thumbMovImm16 }, true);
export const THUMB_MOVT = wordField({ name: 'thumb_movt', ...anyWord, ...high16(thumbMovImm16) }, true);

/** B.W, BL, BLX: S:I1:I2:imm10:imm11, where In is not (Jn xor S). */
function encodeThumb24(v: number): number {
  const s = (v >> 24) & 1;
  const j1 = ((v >> 23) & 1) ^ s ^ 1;
  const j2 = ((v >> 22) & 1) ^ s ^ 1;
  return (s << 26) | (((v >> 12) & 0x3ff) << 16) | (j1 << 13) | (j2 << 11) | ((v >> 1) & 0x7ff);
}
function decodeThumb24(w: number): number {
  const s = (w >>> 26) & 1;
  const i1 = ((w >>> 13) & 1) ^ s ^ 1;
  const i2 = ((w >>> 11) & 1) ^ s ^ 1;
  const v = (s << 24) | (i1 << 23) | (i2 << 22) | (((w >>> 16) & 0x3ff) << 12) | ((w & 0x7ff) << 1);
  return signExtend(v, 25);
}
const thumb24 = {
  low: -(1n << 24n),
  high: (1n << 24n) - 1n,
  step: 2n,
  mask: 0x07ff2fff,
  encode: encodeThumb24,
  decode: decodeThumb24,
};
export const THUMB_JUMP24 = wordField({ ...thumb24, name: 'thumb_jump24', branch: 'thumb-jump' }, true);
export const THUMB_CALL = wordField({ ...thumb24, name: 'thumb_call', branch: 'thumb-call' }, true);
/** BLX to ARM: the distance counts from Align(PC, 4) and is a multiple of four. */
export const THUMB_BLX = wordField(
  { ...thumb24, name: 'thumb_blx', step: 4n, alignPc: true, branch: 'thumb-call' },
  true,
);
/** B<cond>.W: S:J2:J1:imm6:imm11. */
export const THUMB_JUMP19 = wordField(
  {
    name: 'thumb_jump19',
    low: -(1n << 20n),
    high: (1n << 20n) - 1n,
    step: 2n,
    branch: 'thumb-jump',
    mask: 0x043f2fff,
    encode: (v) =>
      (((v >> 20) & 1) << 26) |
      (((v >> 12) & 0x3f) << 16) |
      (((v >> 18) & 1) << 13) |
      (((v >> 19) & 1) << 11) |
      ((v >> 1) & 0x7ff),
    decode: (w) =>
      signExtend(
        (((w >>> 26) & 1) << 20) |
          (((w >>> 11) & 1) << 19) |
          (((w >>> 13) & 1) << 18) |
          (((w >>> 16) & 0x3f) << 12) |
          ((w & 0x7ff) << 1),
        21,
      ),
  },
  true,
);
export const THUMB_JUMP11 = halfField({
  name: 'thumb_jump11',
  low: -2048n,
  high: 2046n,
  step: 2n,
  branch: 'thumb-jump',
  mask: 0x7ff,
  encode: (v) => v >> 1,
  decode: (w) => signExtend(w & 0x7ff, 11) * 2,
});
export const THUMB_JUMP8 = halfField({
  name: 'thumb_jump8',
  low: -256n,
  high: 254n,
  step: 2n,
  branch: 'thumb-jump',
  mask: 0xff,
  encode: (v) => v >> 1,
  decode: (w) => signExtend(w & 0xff, 8) * 2,
});
/** CBZ and CBNZ: forwards only. */
export const THUMB_CBZ = halfField({
  name: 'thumb_cbz',
  low: 0n,
  high: 126n,
  step: 2n,
  mask: 0x2f8,
  encode: (v) => ((v & 0x40) << 3) | ((v & 0x3e) << 2),
  decode: (w) => ((w >> 3) & 0x40) | ((w >> 2) & 0x3e),
});
/** LDR literal and ADR, 16 bits: forwards, words. */
const imm8Words = {
  low: 0n,
  high: 1020n,
  step: 4n,
  alignPc: true,
  mask: 0xff,
  encode: (v: number) => v >> 2,
  decode: (w: number) => (w & 0xff) * 4,
};
export const THUMB_LDR8 = halfField({ name: 'thumb_ldr8', ...imm8Words });
export const THUMB_ADR8 = halfField({ name: 'thumb_adr8', ...imm8Words });
