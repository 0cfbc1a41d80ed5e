/**
 * What a value is in C. Types go in circles (a struct may point to its own kind), so what is inside one is asked for by a call.
 * `alias`: the name that it was declared by, where that is another: a typedef, or with `const`.
 */
export type DataType = { readonly alias?: string } & (
  | { readonly kind: 'int'; readonly bits: number; readonly signed: boolean; readonly name: string }
  | { readonly kind: 'bool'; readonly bits: number; readonly name: string }
  | { readonly kind: 'float'; readonly bits: 32 | 64; readonly name: string }
  | {
      readonly kind: 'enum';
      readonly bits: number;
      readonly name: string;
      readonly values: () => readonly Enumerator[];
    }
  /** `to` null: void. */
  | { readonly kind: 'pointer'; readonly bits: number; readonly to: () => DataType | null }
  /** `returns` null: void; `parameters` null: not told. */
  | {
      readonly kind: 'function';
      readonly returns: () => DataType | null;
      readonly parameters: () => readonly DataType[] | null;
    }
  | { readonly kind: 'array'; readonly of: DataType; readonly count: number }
  /** `name` as C writes it, `struct pair`; `struct {...}` for one without. */
  | {
      readonly kind: 'struct';
      readonly name: string;
      readonly bits: number;
      readonly members: () => readonly Member[];
    }
  /** What is known by its name and size only. */
  | { readonly kind: 'opaque'; readonly bits: number; readonly name: string }
);

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

/** A part of a struct or union; `name` is empty for a struct or union inside it that has none. */
export interface Member {
  readonly name: string;
  readonly type: DataType;
  /** From the start of the struct, of its lowest bit. */
  readonly atBit: number;
  /** Of a bit field. */
  readonly fieldBits: number | null;
}

export function sizeOf(type: DataType): number {
  if (type.kind === 'function') return 1;
  return type.kind === 'array' ? type.count * sizeOf(type.of) : type.bits / 8;
}

/** The type as C writes it. */
export function typeName(type: DataType | null): string {
  return declaration(type, '');
}

/**
 * C: a declaration of `name`, or of a type alone where that is empty. `base` writes what stands before all stars and brackets,
 * by its name where it is not given.
 */
export function declaration(type: DataType | null, name: string, base: (type: BaseType) => string = nameOf): string {
  const whole = (text: string): string => (name === '' ? text : `${text} ${name}`);
  if (type === null) return whole('void');
  if (type.alias !== undefined && base === nameOf) return whole(type.alias);
  switch (type.kind) {
    case 'pointer': {
      const to = type.to();
      const isInner = to !== null && to.alias === undefined && (to.kind === 'array' || to.kind === 'function');
      return declaration(to, isInner ? `(*${name})` : `*${name}`, base);
    }
    case 'array':
      return declaration(type.of, `${name}[${type.count === 0 ? '' : type.count}]`, base);
    case 'function': {
      const inner = type.parameters()?.map(typeName).join(', ');
      return declaration(type.returns(), `${name}(${inner === '' ? 'void' : (inner ?? '')})`, base);
    }
    default:
      return whole(base(type));
  }
}

/** What is no pointer, array or function. */
export type BaseType = Exclude<DataType, { readonly kind: 'pointer' | 'array' | 'function' }>;

function nameOf({ name }: BaseType): string {
  return name;
}
