import { type ParsedOperand, SIZE_BITS } from './operand.ts';

/** Prefixes that may stand in front of an instruction, or alone. */
export const PREFIXES: Readonly<Record<string, number>> = {
  lock: 0xf0,
  rep: 0xf3,
  repe: 0xf3,
  repz: 0xf3,
  repne: 0xf2,
  repnz: 0xf2,
  bnd: 0xf2,
  xacquire: 0xf2,
  xrelease: 0xf3,
  notrack: 0x3e,
  data16: 0x66,
  addr32: 0x67,
  addr16: 0x67,
  cs: 0x2e,
  ds: 0x3e,
  es: 0x26,
  ss: 0x36,
  fs: 0x64,
  gs: 0x65,
};

const RANK = new Map<number, number>([
  ...[0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65].map((b): [number, number] => [b, 0]),
  [0x67, 1],
  [0x66, 2],
  [0xf2, 3],
  [0xf3, 3],
  [0xf0, 4],
]);

/** All prefixes in gas's order: segment, address size, operand size, repeat, lock. */
export function sortPrefixes(bytes: Uint8Array, written: readonly number[]): Uint8Array {
  let count = 0;
  while (count < bytes.length - 1 && RANK.has(bytes[count] ?? 0)) count += 1;
  if (count + written.length === 0) return bytes;
  const prefixes = [
    ...written.filter((p) => p !== 0x66 || !bytes.subarray(0, count).includes(0x66)),
    ...bytes.subarray(0, count),
  ];
  prefixes.sort((a, b) => (RANK.get(a) ?? 0) - (RANK.get(b) ?? 0));
  return Uint8Array.from([...prefixes, ...bytes.subarray(count)]);
}

/** Instructions without operands that Keystone does not know. */
const FIXED: Readonly<Record<string, readonly number[]>> = {
  endbr64: [0xf3, 0x0f, 0x1e, 0xfa],
  endbr32: [0xf3, 0x0f, 0x1e, 0xfb],
};

/** What Keystone does not know, or gets wrong, and common programs need; undefined for everything else. */
export function ownEncoding(
  mnemonic: string,
  operands: readonly ParsedOperand[],
  numbers: readonly bigint[],
): Uint8Array | undefined {
  if (operands.length === 0) {
    const fixed = FIXED[mnemonic];
    return fixed && Uint8Array.from(fixed);
  }
  const [first] = operands;
  if (mnemonic === 'int' && first?.operand.kind === 'imm' && numbers[0] === 3n) return Uint8Array.of(0xcc);
  return undefined;
}

/** What Keystone encodes otherwise than gas, set right. */
export function repair(mnemonic: string, operands: readonly ParsedOperand[], bytes: Uint8Array): Uint8Array {
  if (/^nop[wl]?$/.test(mnemonic)) return repairNop(bytes);
  const loadsSegment = /^movw?$/.test(mnemonic) && bytes[0] === 0x66 && bytes[1] === 0x8e;
  // A segment register is loaded from 16 bits in any case: gas leaves the operand-size prefix out.
  return loadsSegment && operands.every(({ operand }) => operand.kind === 'reg') ? bytes.subarray(1) : bytes;
}

/** `nop` with an operand; Keystone gives it an opcode of the reserved hints (0f 18), not the no-op's (0f 1f /0). */
function repairNop(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((b, i) => b === 0x0f && bytes[i + 1] === 0x18);
  if (at < 0) return bytes;
  const out = bytes.slice();
  out[at + 1] = 0x1f;
  out[at + 2] = (out[at + 2] ?? 0) & ~0x38;
  return out;
}

/** The mnemonic that makes Keystone choose as gas does. */
export function keystoneMnemonic(
  mnemonic: string,
  operands: readonly ParsedOperand[],
  numbers: readonly bigint[],
  syntax: 'att' | 'intel',
): string {
  const [first, second] = operands;
  if (!first || !second) return mnemonic;
  if (syntax === 'intel') {
    // gcc writes `movsx rax, DWORD PTR …` for what Intel calls movsxd.
    return mnemonic === 'movsx' && widthOf(second) === 32 ? 'movsxd' : mnemonic;
  }
  // A sign-extended 32-bit immediate where one will do.
  if (mnemonic !== 'mov' || first.operand.kind !== 'imm' || second.operand.kind !== 'reg') return mnemonic;
  const value = BigInt.asIntN(64, numbers[0] ?? 0n);
  const is64 = second.operand.register.kind === 'gpr' && second.operand.register.bits === 64;
  return is64 && value >= -(1n << 31n) && value < 1n << 31n ? 'movq' : mnemonic;
}

function widthOf({ operand }: ParsedOperand): number {
  if (operand.kind === 'reg') return operand.register.bits;
  return operand.kind === 'mem' ? (SIZE_BITS[operand.size] ?? 0) : 0;
}
