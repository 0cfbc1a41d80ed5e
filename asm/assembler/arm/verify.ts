import type { RawInstruction } from '../../disassembler/capstone.ts';
import type { Unit } from '../unit.ts';
import { splitMnemonic } from './conditions.ts';
import { armRegister } from './registers.ts';

/** What an operand text names: registers by their plain names, and numbers. */
interface Named {
  readonly registers: Set<string>;
  readonly numbers: bigint[];
}

/** Disassemble what Keystone made and compare it with what was asked; null where they agree, else what is wrong. */
export function verifyArm(
  unit: Unit,
  thumb: boolean,
  mnemonic: string,
  operands: string,
  bytes: Uint8Array,
  withIt: boolean,
): string | null {
  const decoder = unit.capstone.decoder('arm', 'att', thumb);
  let at = 0;
  if (withIt) at = decoder.decode(bytes, 0, 0n)?.lenBytes ?? 0;
  const decoded = decoder.decode(bytes, at, BigInt(at));
  if (!decoded || decoded.lenBytes !== bytes.length - at) {
    decoder.forgetItBlock();
    return isNewerThanDecoder(mnemonic) ? null : 'cannot be encoded: the result is no instruction';
  }
  if (/^it/.test(decoded.mnemonic)) decoder.forgetItBlock();
  const wrong = `cannot be encoded as written: it would come out as '${decoded.mnemonic} ${decoded.operands}'`;
  if (!sameFamily(mnemonic, decoded.mnemonic)) return wrong;
  return sameOperands(mnemonic, named(operands), decoded) ? null : wrong;
}

/** ARMv8 additions that this Capstone does not read back. */
function isNewerThanDecoder(mnemonic: string): boolean {
  return /^(crc32|aes|sha|hlt|sevl|lda|stl)/.test(mnemonic);
}

/** Mnemonics that stand for each other: an alias, or the sign of an immediate turned round. */
const FAMILIES: readonly RegExp[] = [
  /^(svc|swi)/,
  /^(push|stm\w*|str)/,
  /^(pop|ldm\w*|ldr)/,
  /^(mov|mvn|cpy|lsl|lsr|asr|ror|rrx|asl|movw|nop|hint)/,
  /^(add|sub|adr|addw|subw|neg|rsb|sub)/,
  /^(cmp|cmn)/,
  /^(and|bic)/,
  /^(orr|orn)/,
  /^(adc|sbc)/,
  /^(vmrs|fmrx|fmstat)/,
  /^(vmsr|fmxr)/,
  /^(v|f)/,
  /^(nop|hint|yield|wfe|wfi|sev|dbg)/,
  /^(udf|bkpt|und)/,
  /^(mcr|mrc|mcrr|mrrc|dmb|dsb|isb|cdp|ldc|stc)/,
];

function sameFamily(written: string, decoded: string): boolean {
  const w = splitMnemonic(written);
  const d = splitMnemonic(decoded);
  if (w.base === d.base) return true;
  if (FAMILIES.some((family) => family.test(w.base) && family.test(d.base))) return true;
  return w.base.slice(0, 3) === d.base.slice(0, 3);
}

function named(text: string): Named {
  const registers = new Set<string>();
  const numbers: bigint[] = [];
  const ranged = text.replace(/\b([A-Za-z]+\d*)\s*-\s*([A-Za-z]+\d*)\b/g, expandRange);
  for (const match of ranged.matchAll(/#?\s*(-?)\s*(0x[0-9a-fA-F]+|\d+)(\.\d+)?|[A-Za-z_]\w*/g)) {
    const [word, sign, digits, fraction] = match;
    if (digits === undefined) {
      const register = armRegister(word);
      if (register) registers.add(register);
    } else if (fraction === undefined) numbers.push(BigInt(digits) * (sign ? -1n : 1n));
  }
  return { registers, numbers };
}

/** `r4-r6` → `r4,r5,r6`. */
function expandRange(text: string, from: string, to: string): string {
  const first = armRegister(from);
  const last = armRegister(to);
  if (!first || !last || first.charAt(0) !== last.charAt(0)) return text;
  const out: string[] = [];
  for (let i = Number(first.slice(1)); i <= Number(last.slice(1)); i += 1) out.push(`${first.charAt(0)}${i}`);
  return out.join(',');
}

const STACK = /^(push|pop|stm|ldm|str|ldr|vpush|vpop|vstm|vldm|fstm|fldm)/;

function sameOperands(mnemonic: string, asked: Named, decoded: RawInstruction): boolean {
  const got = named(decoded.operands);
  const impliedStack = (r: string): boolean => r === 'r13' && STACK.test(mnemonic);
  const paired = /^(ldr|str)(ex)?d|^(ld|st)[al]+exd/.test(mnemonic);
  for (const r of asked.registers) if (!got.registers.has(r) && !impliedStack(r)) return false;
  for (const r of got.registers)
    if (!asked.registers.has(r) && !impliedStack(r) && !paired && !/^(neg|rsb)/.test(mnemonic)) return false;
  if (/^(push|pop|v?push|v?pop)/.test(decoded.mnemonic) && /^(ldr|str)/.test(mnemonic)) return true;
  // A zero may be left out: [r1] for [r1, #0].
  return asked.numbers.every((n) => n === 0n || got.numbers.some((g) => sameNumber(mnemonic, n, g)));
}

const INVERTIBLE = /^(mov|mvn|add|sub|cmp|cmn|and|bic|adc|sbc|orr|orn)/;

function sameNumber(mnemonic: string, asked: bigint, got: bigint): boolean {
  const word = (n: bigint): bigint => BigInt.asUintN(32, n);
  if (word(asked) === word(got)) return asked >= -(1n << 31n) && asked < 1n << 32n;
  if (mnemonic.startsWith('v')) return BigInt.asUintN(64, asked) === BigInt.asUintN(64, got);
  return INVERTIBLE.test(mnemonic) && (word(-asked) === word(got) || word(~asked) === word(got));
}
