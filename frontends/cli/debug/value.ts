import { type CType, intType, isAggregate, sizeOf } from './types.ts';

/** Where a value stands, for `&`, `=` and `watch`. */
export type Place =
  | { readonly kind: 'memory'; readonly address: bigint }
  | { readonly kind: 'register'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** A bit field, in so many bytes. */
  | { readonly kind: 'field'; readonly address: bigint; readonly lenBytes: number }
  /** A register of an outer frame. */
  | { readonly kind: 'saved' };

/** A value of an expression. Integers are what C makes of them; a float's are its bits. What has parts is read when it is shown. */
export interface Value {
  readonly type: CType;
  readonly value: bigint;
  readonly place?: Place;
}

/** Cut to its type. */
export function make(type: CType, value: bigint, place?: Place): Value {
  const at = place === undefined ? {} : { place };
  if (isAggregate(type)) return { type, value, ...at };
  const bits = sizeOf(type) * 8;
  const signed = type.kind === 'int' && type.signed;
  return { type, value: signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value), ...at };
}

export function int(value: bigint): Value {
  return make(intType(32, true), value);
}
