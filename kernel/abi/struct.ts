import { readU32, writeU32, writeU64 } from '../bytes.ts';
import type { IsaName } from '../ports.ts';

/**
 * C structures as tables: offsets are computed for each ISA as its C compiler does, once, and bytes are read and written
 * through them. All three ISAs are little-endian.
 */

/** `long`, `ulong` and `ptr` have the ISA's word; a 64-bit field is aligned to 4 on i386, to 8 on x86_64 and ARM (EABI). */
export type Scalar = 'u8' | 's8' | 'u16' | 's16' | 'u32' | 's32' | 'u64' | 's64' | 'long' | 'ulong' | 'ptr';

export interface BytesType<N extends number = number> {
  readonly bytes: N;
}
export interface PadType {
  readonly pad: number;
}
export interface ArrayType<T extends FieldType = FieldType> {
  readonly of: T;
  readonly count: number;
}
export type FieldType =
  | Scalar
  | BytesType
  | PadType
  | { readonly of: FieldType; readonly count: number }
  | Struct<Fields>;
export type Fields = { readonly [name: string]: FieldType };

export function bytes<N extends number>(count: N): BytesType<N> {
  return { bytes: count };
}

/** Bytes that are zero when written and skipped when read. */
export function pad(count: number): PadType {
  return { pad: count };
}

export function array<const T extends FieldType>(of: T, count: number): ArrayType<T> {
  return { of, count };
}

type ValueOf<T> = T extends Scalar
  ? number
  : T extends BytesType
    ? Uint8Array
    : T extends { readonly of: infer E }
      ? ValueOf<E>[]
      : T extends Struct<infer F>
        ? Values<F>
        : never;

type Named<F extends Fields> = { [K in keyof F as F[K] extends PadType ? never : K]: F[K] };

/** What `decode` gives: every field but the padding. */
export type Values<F extends Fields> = { [K in keyof Named<F>]: ValueOf<Named<F>[K]> };

type InputOf<T> = T extends Scalar
  ? number
  : T extends BytesType
    ? ArrayLike<number>
    : T extends { readonly of: infer E }
      ? readonly InputOf<E>[]
      : T extends Struct<infer F>
        ? Input<F>
        : never;

/** What `encode` takes: a field left out is zero. */
export type Input<F extends Fields> = { readonly [K in keyof Named<F>]?: InputOf<Named<F>[K]> };

export interface Struct<F extends Fields> {
  readonly name: string;
  /** sizeof, in bytes. */
  size(isa: IsaName): number;
  /** Alignment, in bytes. */
  align(isa: IsaName): number;
  /** offsetof, in bytes. */
  offsetOf(isa: IsaName, field: keyof F & string): number;
  /**
   * Integers are stored modulo the field's width (so -1 is all ones), Infinity as all ones, fractions are cut off. A field of bytes
   * takes at most its length and is filled up with zeros.
   */
  encode(isa: IsaName, values: Input<F>): Uint8Array;
  /** As `encode`, into `into` from byte `at`. */
  encodeInto(isa: IsaName, into: Uint8Array, at: number, values: Input<F>): void;
  /**
   * 64-bit fields are exact up to 2^53 in magnitude and the nearest number above. Throws RangeError when fewer than `size` bytes follow `at`.
   */
  decode(isa: IsaName, from: Uint8Array, at?: number): Values<F>;
}

interface Place {
  readonly offset: number;
  readonly type: FieldType;
  /** Distance of array elements in bytes. */
  readonly stride: number;
}

interface Layout {
  readonly size: number;
  readonly align: number;
  readonly places: ReadonlyMap<string, Place>;
}

const WORD_BYTES: { readonly [isa in IsaName]: 4 | 8 } = { i386: 4, x86_64: 8, arm: 4 };
const ALIGN_OF_64: { readonly [isa in IsaName]: 4 | 8 } = { i386: 4, x86_64: 8, arm: 8 };
const SCALAR_BYTES = { u8: 1, s8: 1, u16: 2, s16: 2, u32: 4, s32: 4, u64: 8, s64: 8 } as const;

/** Bytes of a C `long`, and of a pointer. */
export function longBytes(isa: IsaName): 4 | 8 {
  return WORD_BYTES[isa];
}

function scalarBytes(isa: IsaName, type: Scalar): number {
  return type === 'long' || type === 'ulong' || type === 'ptr' ? WORD_BYTES[isa] : SCALAR_BYTES[type];
}

function measure(isa: IsaName, type: FieldType): { size: number; align: number } {
  if (typeof type === 'string') {
    const size = scalarBytes(isa, type);
    return { size, align: size === 8 ? ALIGN_OF_64[isa] : size };
  }
  if ('bytes' in type) return { size: type.bytes, align: 1 };
  if ('pad' in type) return { size: type.pad, align: 1 };
  if ('of' in type) {
    const element = measure(isa, type.of);
    return { size: element.size * type.count, align: element.align };
  }
  return { size: type.size(isa), align: type.align(isa) };
}

function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

function layOut(isa: IsaName, fields: Fields, maxAlign: number): Layout {
  const places = new Map<string, Place>();
  let offset = 0;
  let structAlign = 1;
  for (const [name, type] of Object.entries(fields)) {
    const measured = measure(isa, type);
    const align = Math.min(measured.align, maxAlign);
    offset = alignUp(offset, align);
    const stride = typeof type === 'object' && 'of' in type ? measure(isa, type.of).size : measured.size;
    places.set(name, { offset, type, stride });
    offset += measured.size;
    structAlign = Math.max(structAlign, align);
  }
  return { size: alignUp(offset, structAlign), align: structAlign, places };
}

const TWO_32 = 0x1_0000_0000;

/** Infinity is all ones. */
function putScalar(isa: IsaName, into: Uint8Array, at: number, type: Scalar, value: number): void {
  const size = scalarBytes(isa, type);
  const whole = value === Infinity ? -1 : Math.trunc(value);
  if (size === 8) writeU64(into, at, whole);
  else if (size === 4) writeU32(into, at, whole);
  else {
    into[at] = whole;
    if (size === 2) into[at + 1] = whole >>> 8;
  }
}

function getScalar(isa: IsaName, from: Uint8Array, at: number, type: Scalar): number {
  const size = scalarBytes(isa, type);
  const signed = type === 'long' || type.startsWith('s');
  const low = size >= 4 ? readU32(from, at) : (from[at] ?? 0) | (size === 2 ? (from[at + 1] ?? 0) << 8 : 0);
  if (size === 8) {
    const high = readU32(from, at + 4);
    return (signed ? high | 0 : high) * TWO_32 + low;
  }
  const unused = 32 - 8 * size;
  return signed ? (low << unused) >> unused : low;
}

function put(isa: IsaName, into: Uint8Array, at: number, place: Place, value: unknown): void {
  const { type } = place;
  if (value === undefined) return;
  if (typeof type === 'string') putScalar(isa, into, at, type, value as number);
  else if ('bytes' in type) into.set(Array.prototype.slice.call(value as ArrayLike<number>, 0, type.bytes), at);
  else if ('of' in type) {
    const element: Place = { offset: 0, type: type.of, stride: measure(isa, type.of).size };
    const values = value as readonly unknown[];
    for (let i = 0; i < Math.min(type.count, values.length); i++)
      put(isa, into, at + i * place.stride, element, values[i]);
  } else if ('encodeInto' in type) type.encodeInto(isa, into, at, value as Input<Fields>);
}

function get(isa: IsaName, from: Uint8Array, at: number, place: Place): unknown {
  const { type } = place;
  if (typeof type === 'string') return getScalar(isa, from, at, type);
  if ('bytes' in type) return from.slice(at, at + type.bytes);
  if ('of' in type) {
    const element: Place = { offset: 0, type: type.of, stride: measure(isa, type.of).size };
    const values: unknown[] = [];
    for (let i = 0; i < type.count; i++) values.push(get(isa, from, at + i * place.stride, element));
    return values;
  }
  return 'decode' in type ? type.decode(isa, from, at) : undefined;
}

export interface StructOptions<F extends Fields> {
  /** The highest alignment of a field: `packed, aligned(n)` in C. */
  readonly maxAlign?: number;
  /** ISAs whose structure has the same fields in another order or of another type. */
  readonly on?: { readonly [isa in IsaName]?: { readonly [K in keyof F]?: FieldType } };
}

/** A C structure. `fields` are in C's order, without the padding that alignment makes. */
export function defineStruct<const F extends Fields>(
  name: string,
  fields: F,
  { maxAlign = 8, on = {} }: StructOptions<F> = {},
): Struct<F> {
  const layout = (isa: IsaName): Layout => layOut(isa, (on[isa] as Fields | undefined) ?? fields, maxAlign);
  const layouts: { readonly [isa in IsaName]: Layout } = {
    i386: layout('i386'),
    x86_64: layout('x86_64'),
    arm: layout('arm'),
  };
  const encodeInto = (isa: IsaName, into: Uint8Array, at: number, values: Input<F>): void => {
    const { places, size } = layouts[isa];
    into.fill(0, at, at + size);
    for (const [field, place] of places)
      put(isa, into, at + place.offset, place, (values as { [field: string]: unknown })[field]);
  };
  return {
    name,
    size: (isa) => layouts[isa].size,
    align: (isa) => layouts[isa].align,
    offsetOf(isa, field) {
      const place = layouts[isa].places.get(field);
      if (!place) throw new Error(`struct ${name} has no ${field} on ${isa}`);
      return place.offset;
    },
    encode(isa, values) {
      const out = new Uint8Array(layouts[isa].size);
      encodeInto(isa, out, 0, values);
      return out;
    },
    encodeInto,
    decode(isa, from, at = 0) {
      const { places, size } = layouts[isa];
      if (at + size > from.length) throw new RangeError(`struct ${name}: ${from.length - at} bytes, ${size} needed`);
      const values: { [field: string]: unknown } = {};
      for (const [field, place] of places)
        if (typeof place.type === 'string' || !('pad' in place.type))
          values[field] = get(isa, from, at + place.offset, place);
      return values as Values<F>;
    },
  };
}
