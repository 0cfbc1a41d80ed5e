import { littleEndian } from '../../../debugger/memory.ts';
import { flagsText } from '../../../debugger/registers.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { CliError } from '../errors.ts';
import { type CType, sizeOf, typeName } from './types.ts';
import type { Value } from './value.ts';

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

const MAX_STRING = 200;

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

const ESCAPES = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [27, '\\033'],
]);

function charText(byte: number, quote: string): string {
  if (byte === quote.charCodeAt(0) || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return ESCAPES.get(byte) ?? `\\${byte.toString(8).padStart(3, '0')}`;
}

function characterText(value: bigint): string {
  return `${value} '${charText(Number(value & 0xffn), "'")}'`;
}

/** A C string; `...` behind one that is longer than what is shown. */
export function stringText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const shown = end < 0 ? bytes.subarray(0, MAX_STRING) : bytes.subarray(0, Math.min(end, MAX_STRING));
  const text = [...shown].map((byte) => charText(byte, '"')).join('');
  return `"${text}"${end < 0 || end > MAX_STRING ? '...' : ''}`;
}

export const STRING_BYTES = MAX_STRING + 1;

/** A value as gdb's `print` shows it. Throws CliError for an array that is not all there. */
export function valueText(value: Value, letter: Letter | 's' | null, around: Surroundings): string {
  const { type, value: number } = value;
  if (type.kind === 'array') return arrayText(value, type, letter, around);
  if (letter !== null && letter !== 's') {
    return numberText(number, letter === 'c' ? 1 : sizeOf(type), letter, around);
  }
  switch (type.kind) {
    case 'int':
      return type.bits === 8 ? characterText(number) : number.toString();
    case 'float':
      return floatText(number, type.bits / 8);
    case 'opaque':
      return `{${type.name}, ${type.bits / 8} bytes at 0x${number.toString(16)}}`;
    case 'flags':
      return flagsText(around.isa, number.toString(16));
    case 'symbol':
      return `{${typeName(type)}} 0x${number.toString(16)}${around.symbolText(number)}`;
    case 'pointer':
      return pointerText(type, number, around);
  }
}

function pointerText(
  type: Extract<CType, { kind: 'pointer' }>,
  value: bigint,
  { symbolText, bytes }: Surroundings,
): string {
  const at = `0x${value.toString(16)}${symbolText(value)}`;
  const isString = type.to !== null && type.to !== 'code' && type.to.kind === 'int' && type.to.bits === 8;
  if (!isString) return `(${typeName(type)}) ${at}`;
  const text = bytes(value, STRING_BYTES);
  return text.length === 0
    ? `${at} <error: Cannot access memory at address 0x${value.toString(16)}>`
    : `${at} ${stringText(text)}`;
}

function arrayText(
  { place }: Value,
  { of, count }: Extract<CType, { kind: 'array' }>,
  letter: Letter | 's' | null,
  around: Surroundings,
): string {
  if (place?.kind !== 'memory') throw new Error('an array is in memory');
  const size = sizeOf(of);
  const memory = around.bytes(place.address, size * count);
  if (memory.length < size * count) {
    throw new CliError(`Cannot access memory at address 0x${(place.address + BigInt(memory.length)).toString(16)}`);
  }
  if (of.kind === 'int' && of.bits === 8 && (letter === null || letter === 's')) {
    const end = memory.lastIndexOf(0) === memory.length - 1 ? memory : Buffer.concat([memory, Buffer.of(0)]);
    return stringText(end);
  }
  const parts = Array.from({ length: count }, (_, i) => {
    const address = place.address + BigInt(i * size);
    const part = { type: of, value: littleEndian(memory.subarray(i * size, (i + 1) * size)) };
    const signed = of.kind === 'int' && of.signed ? BigInt.asIntN(of.bits, part.value) : part.value;
    return valueText({ type: of, value: signed, place: { kind: 'memory', address } }, letter, around);
  });
  return `{${parts.join(', ')}}`;
}
