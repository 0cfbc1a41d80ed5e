import { type CType, intType } from './types.ts';

/** Where a value stands, for `&`, `=` and `watch`. */
export type Place =
  | { readonly kind: 'memory'; readonly address: bigint }
  | { readonly kind: 'register'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** A register of an outer frame. */
  | { readonly kind: 'saved' };

/** A value of an expression. Integers are what C makes of them; a float's are its bits, an array's are read when it is shown. */
export interface Value {
  readonly type: CType;
  readonly value: bigint;
  readonly place?: Place;
}

/** Cut to its type. */
export function make(type: CType, value: bigint, place?: Place): Value {
  const at = place === undefined ? {} : { place };
  if (type.kind === 'array' || type.kind === 'opaque') return { type, value, ...at };
  const signed = type.kind === 'int' && type.signed;
  return { type, value: signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value), ...at };
}

export function int(value: bigint): Value {
  return make(intType(32, true), value);
}
