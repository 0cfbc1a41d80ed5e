import type { Enumerator, Member } from '../../../asm/dwarf/data-type.ts';
import { codeTarget } from '../../../debugger/code.ts';
import { littleEndian, toLittleEndian } from '../../../debugger/memory.ts';
import { flagsText } from '../../../debugger/registers.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { CliError } from '../errors.ts';
import { part } from './members.ts';
import { characterArrayText, characterIn, MAX_ELEMENTS, REPEATS, STRING_BYTES, stringText } from './strings.ts';
import { type CType, isCharacter, sizeOf, typeName } from './types.ts';
import { make, type Value } from './value.ts';

/** What the text of a value needs beside the value. */
export interface Surroundings {
  readonly isa: IsaName;
  /** ` <main+4>`, or nothing. */
  symbolText(address: bigint): string;
  /** Bytes of user memory; shorter where there are no more. */
  bytes(address: bigint, lenBytes: number): Uint8Array;
}

/** gdb's letters for a number. */
export type Letter = 'x' | 'd' | 'u' | 'o' | 't' | 'z' | 'a' | 'c' | 'f';

export function isLetter(letter: string): letter is Letter {
  return letter.length === 1 && 'xduotzacf'.includes(letter);
}

/** An integer as gdb's `print/LETTER` writes it; `pad`: with leading zeros, as `x` does. */
export function numberText(
  value: bigint,
  lenBytes: number,
  letter: Letter,
  { symbolText, pad = false }: Pick<Surroundings, 'symbolText'> & { readonly pad?: boolean },
): string {
  const bits = lenBytes * 8;
  const raw = BigInt.asUintN(bits, value);
  const digits = (radix: number, count: number): string => raw.toString(radix).padStart(pad ? count : 1, '0');
  switch (letter) {
    case 'd':
      return BigInt.asIntN(bits, raw).toString();
    case 'u':
      return raw.toString();
    case 'o':
      return raw === 0n && !pad ? '0' : `0${digits(8, Math.ceil(bits / 3))}`;
    case 't':
      return digits(2, bits);
    case 'c':
      return characterText(BigInt.asIntN(8, raw));
    case 'a':
      return `0x${raw.toString(16)}${symbolText(raw)}`;
    case 'z':
      return `0x${raw.toString(16).padStart(lenBytes * 2, '0')}`;
    case 'f':
      return floatText(raw, lenBytes);
    case 'x':
      return `0x${digits(16, lenBytes * 2)}`;
  }
}

function floatText(raw: bigint, lenBytes: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, raw, true);
  if (lenBytes === 8) return general(view.getFloat64(0, true), 17);
  if (lenBytes === 4) return general(view.getFloat32(0, true), 9);
  return BigInt.asIntN(lenBytes * 8, raw).toString();
}

/** C's `%.DIGITSg`, with the digits that tell a value from its neighbours. */
function general(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < digits) return trimmed(value.toFixed(Math.max(0, digits - 1 - power)));
  return `${trimmed(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function characterText(value: bigint): string {
  return `${value} '${characterIn(Number(value & 0xffn), "'")}'`;
}

/** A value as gdb's `print` shows it. Throws CliError for memory that is not there. */
export function valueText(value: Value, letter: Letter | 's' | null, around: Surroundings): string {
  const { type } = value;
  const prefix = type.kind === 'pointer' && letter === null && !isCharacter(type.to()) ? `(${typeName(type)}) ` : '';
  return `${prefix}${partText(value, letter, around)}`;
}

/** The same inside a struct or a list, where pointers do not tell their type. */
export function partText(value: Value, letter: Letter | 's' | null, around: Surroundings): string {
  const { type, value: number } = value;
  if (type.kind === 'array') return arrayText(value, type, letter, around);
  if (type.kind === 'struct') return structText(value, type, letter, around);
  if (type.kind === 'opaque') return opaqueText(value, type);
  if (letter !== null && letter !== 's') {
    return numberText(number, letter === 'c' ? 1 : sizeOf(type), letter, around);
  }
  switch (type.kind) {
    case 'int':
      return type.bits === 8 ? characterText(number) : number.toString();
    case 'bool':
      return number === 0n ? 'false' : number === 1n ? 'true' : number.toString();
    case 'enum':
      return enumText(number, type.values());
    case 'float':
      return floatText(number, type.bits / 8);
    case 'flags':
      return flagsText(around.isa, number.toString(16));
    case 'symbol':
      return `{${typeName(type)}} 0x${number.toString(16)}${around.symbolText(number)}`;
    case 'function': {
      const { place } = value;
      const at = place?.kind === 'memory' ? place.address : number;
      return `{${typeName(type)}} 0x${at.toString(16)}${around.symbolText(at)}`;
    }
    case 'pointer':
      return pointerText(type, number, around);
  }
}

function opaqueText({ place }: Value, type: Extract<CType, { kind: 'opaque' }>): string {
  if (type.bits === 0) return '<incomplete type>';
  const at = place?.kind === 'memory' ? ` at 0x${place.address.toString(16)}` : '';
  return `{${typeName(type)}, ${type.bits / 8} bytes${at}}`;
}

function pointerText(
  type: Extract<CType, { kind: 'pointer' }>,
  value: bigint,
  { isa, symbolText, bytes }: Surroundings,
): string {
  const isCode = type.to()?.kind === 'function' && value < 1n << 53n;
  const named = isCode ? BigInt(codeTarget(isa, Number(value)).pc) : value;
  const at = `0x${value.toString(16)}${symbolText(named)}`;
  if (!isCharacter(type.to()) || value === 0n) return at;
  const text = bytes(value, STRING_BYTES);
  return text.length === 0
    ? `${at} <error: Cannot access memory at address 0x${value.toString(16)}>`
    : `${at} ${stringText(text)}`;
}

/** The bytes of a value that has parts. Throws CliError where some are missing. */
function bytesOf({ type, value, place }: Value, around: Surroundings): Uint8Array {
  const lenBytes = sizeOf(type);
  if (place?.kind !== 'memory') return toLittleEndian(value, lenBytes);
  const memory = around.bytes(place.address, lenBytes);
  if (memory.length < lenBytes) {
    throw new CliError(`Cannot access memory at address 0x${(place.address + BigInt(memory.length)).toString(16)}`);
  }
  return memory;
}

function structText(
  value: Value,
  type: Extract<CType, { kind: 'struct' }>,
  letter: Letter | 's' | null,
  around: Surroundings,
): string {
  const whole = littleEndian(bytesOf(value, around));
  const parts = type.members().map((member) => {
    const text = partText(placed(value, member, whole), letter, around);
    return member.name === '' ? text : `${member.name} = ${text}`;
  });
  return parts.length === 0 ? '{<No data fields>}' : `{${parts.join(', ')}}`;
}

/** A member, whose bits come from those of the whole. */
function placed({ place }: Value, member: Member, whole: bigint): Value {
  const alone = part(make({ kind: 'opaque', bits: 0, name: '' }, whole), member, () => null);
  if (place?.kind !== 'memory') return alone;
  return { ...alone, place: { kind: 'memory', address: place.address + BigInt(Math.floor(member.atBit / 8)) } };
}

function arrayText(
  value: Value,
  { of, count }: Extract<CType, { kind: 'array' }>,
  letter: Letter | 's' | null,
  around: Surroundings,
): string {
  const size = sizeOf(of);
  const memory = bytesOf(value, around);
  if (isCharacter(of) && (letter === null || letter === 's')) return characterArrayText(memory);
  const { place } = value;
  const shown = Math.min(count, MAX_ELEMENTS * (REPEATS + 1));
  const texts = Array.from({ length: shown }, (_, i) => {
    const raw = littleEndian(memory.subarray(i * size, (i + 1) * size));
    const address = place?.kind === 'memory' ? place.address + BigInt(i * size) : null;
    return partText(make(of, raw, address === null ? undefined : { kind: 'memory', address }), letter, around);
  });
  return listText(texts, count);
}

function listText(texts: readonly string[], count: number): string {
  const parts: string[] = [];
  let shown = 0;
  let at = 0;
  while (at < texts.length && shown < MAX_ELEMENTS) {
    let end = at + 1;
    while (texts[end] === texts[at]) end++;
    const isRun = end - at > REPEATS;
    parts.push(isRun ? `${texts[at]} <repeats ${end - at} times>` : `${texts[at]}`);
    shown += isRun ? REPEATS : 1;
    at = isRun ? end : at + 1;
  }
  return `{${parts.join(', ')}${at < count ? '...' : ''}}`;
}

/** The enumerator's name; flags are taken apart, as gdb does where no two enumerators share a bit. */
function enumText(value: bigint, values: readonly Enumerator[]): string {
  const exact = values.find((one) => one.value === value);
  if (exact) return exact.name;
  let seen = 0n;
  const areFlags = values.every((one) => {
    const isApart = one.value >= 0n && (one.value & seen) === 0n;
    seen |= one.value;
    return isApart;
  });
  if (!areFlags || value === 0n) return value.toString();
  const names = values.filter((one) => one.value !== 0n && (value & one.value) === one.value).map(({ name }) => name);
  const rest = value & ~seen;
  return `(${[...names, ...(rest === 0n ? [] : [`unknown: 0x${rest.toString(16)}`])].join(' | ')})`;
}
