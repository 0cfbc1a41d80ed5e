import { CliError } from '../errors.ts';
import { CODE_TYPE, type CType, intType, pointerType, sizeOf } from './types.ts';
import { int, make, type Value } from './value.ts';

/** Binary operators by what binds tighter, the loosest first. */
export const LEVELS = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
] as const;

export type Binary = (typeof LEVELS)[number][number];

const truth = (value: boolean): bigint => (value ? 1n : 0n);

const ARITHMETIC: Readonly<Partial<Record<Binary, (a: bigint, b: bigint) => bigint>>> = {
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '<<': (a, b) => a << shift(b),
  '>>': (a, b) => a >> shift(b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / divisor(b),
  '%': (a, b) => a % divisor(b),
};

const COMPARE: Readonly<Partial<Record<Binary, (a: bigint, b: bigint) => boolean>>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '||': (a, b) => a !== 0n || b !== 0n,
  '&&': (a, b) => a !== 0n && b !== 0n,
};

function shift(count: bigint): bigint {
  if (count < 0n || count > 64n) throw new CliError(`a shift by ${count}: 0 to 64 it can be`);
  return count;
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new CliError('Division by zero');
  return value;
}

/** C's arithmetic: the usual conversions, pointers that count in what they point at. */
export function binary(operator: Binary, a: Value, b: Value, wordBytes: number): Value {
  if ([a, b].some(({ type }) => type.kind === 'struct' || type.kind === 'opaque')) {
    throw new CliError('Argument to arithmetic operation not a number or boolean.');
  }
  if (a.type.kind === 'float' || b.type.kind === 'float') {
    throw new CliError('Arithmetic on floating point is not there: show it with p/f or x/f.');
  }
  const [bits, signed] = common(a, b);
  const left = BigInt.asUintN(bits, a.value);
  const right = BigInt.asUintN(bits, b.value);
  const [x, y] = signed ? [BigInt.asIntN(bits, left), BigInt.asIntN(bits, right)] : [left, right];
  const compare = COMPARE[operator];
  if (compare) return int(truth(compare(x, y)));
  const apply = ARITHMETIC[operator];
  if (!apply) throw new Error(`operator ${operator}`);
  if (operator === '<<' || operator === '>>') {
    const [own, isSigned] = common(a, a);
    return make(intType(own, isSigned), apply(a.value, b.value));
  }
  if (operator === '-' && isPointer(a) && isPointer(b)) {
    return make(intType(wordBytes * 8, true), (a.value - b.value) / step(a));
  }
  if (operator === '+' || operator === '-') {
    if (isPointer(a)) return make(moved(a.type), apply(a.value, b.value * step(a)));
    if (isPointer(b) && operator === '+') return make(moved(b.type), a.value * step(b) + b.value);
  }
  return make(intType(bits, signed), apply(x, y));
}

/** The bits and the sign that both are converted to. */
function common(a: Value, b: Value): [bits: number, signed: boolean] {
  const bits = Math.max(32, bitsOf(a), bitsOf(b));
  return [bits, [a, b].every((one) => isSigned(one) || bitsOf(one) < bits)];
}

function bitsOf({ type }: Value): number {
  return 'bits' in type ? type.bits : 64;
}

function isSigned({ type }: Value): boolean {
  return (type.kind === 'int' && type.signed) || type.kind === 'flags';
}

function isPointer({ type }: Value): boolean {
  return type.kind === 'pointer' || type.kind === 'symbol';
}

function step({ type }: Value): bigint {
  const to = type.kind === 'pointer' ? type.to() : null;
  return to === null ? 1n : BigInt(Math.max(sizeOf(to), 1));
}

/** A symbol and a number are an address that has no symbol's type. */
function moved(type: CType): CType {
  return type.kind === 'symbol' ? pointerType(type.isCode ? CODE_TYPE : null, type.bits / 8) : type;
}
