import { DW_AT, DW_TAG } from './constants.ts';
import { Cursor, DwarfError, orBroken } from './cursor.ts';
import { type DataType, type Enumerator, type Member, sizeOf, typeName } from './data-type.ts';
import { type FormValue, stringOf } from './forms.ts';
import { reference } from './functions.ts';
import type { Sections } from './sections.ts';
import { type Entry, readEntry, type Unit } from './unit.ts';

/** An entry and the unit that it stands in. */
export interface Place {
  readonly unit: Unit;
  readonly entry: Entry;
}

const ATTRIBUTES: ReadonlySet<number> = new Set([
  ...[DW_AT.name, DW_AT.type, DW_AT.byte_size, DW_AT.encoding, DW_AT.const_value, DW_AT.upper_bound, DW_AT.count],
  ...[DW_AT.data_member_location, DW_AT.bit_size, DW_AT.bit_offset, DW_AT.data_bit_offset, DW_AT.declaration],
  ...[DW_AT.prototyped, DW_AT.sibling],
]);
/** What are nested typedefs and qualifiers, at most; and arrays of arrays. */
const MAX_DEPTH = 16;
/** DW_ATE_* (DWARF 5, 7.8). */
const ENCODING = { boolean: 2, float: 4, signed: 5, signedChar: 6, unsigned: 7, unsignedChar: 8, utf: 0x10 } as const;
const UNKNOWN: DataType = { kind: 'opaque', bits: 0, name: '?' };

/** Types of .debug_info, each made once. DWARF 5, chapter 5. What is broken is an opaque one. */
export class TypeReader {
  private readonly sections: Sections;
  readonly unitAt: (offset: number) => Unit | undefined;
  private readonly made = new Map<number, DataType | null>();

  constructor(sections: Sections, unitAt: (offset: number) => Unit | undefined) {
    this.sections = sections;
    this.unitAt = unitAt;
  }

  /** The type that DW_AT_type of an entry refers to; null for void, where there is none. */
  typeOf({ unit, entry }: Place): DataType | null {
    const value = entry.attributes.get(DW_AT.type);
    return value ? this.at(unit, value, 0) : null;
  }

  /** The type whose own entry this is. */
  typeAt(unit: Unit, offset: number): DataType | null {
    return this.make(unit, offset, 0);
  }

  private at(unit: Unit, value: FormValue, depth: number): DataType | null {
    const offset = reference(unit, value);
    const other = offset === null ? undefined : this.unitAt(offset);
    return offset === null || !other ? UNKNOWN : this.make(other, offset, depth);
  }

  private make(unit: Unit, offset: number, depth: number): DataType | null {
    let type = this.made.get(offset);
    if (type === undefined) {
      type = orBroken(UNKNOWN, () => this.read(unit, offset, depth));
      this.made.set(offset, type);
    }
    return type;
  }

  private read(unit: Unit, offset: number, depth: number): DataType | null {
    if (depth > MAX_DEPTH) return UNKNOWN;
    const entry = this.entryAt(unit, offset);
    if (!entry) return UNKNOWN;
    const name = this.nameOf(unit, entry);
    const bits = number(entry, DW_AT.byte_size) * 8;
    const inner = (): DataType | null => {
      const value = entry.attributes.get(DW_AT.type);
      return value ? this.at(unit, value, depth + 1) : null;
    };
    switch (entry.abbrev.tag) {
      case DW_TAG.base_type:
        return baseType(number(entry, DW_AT.encoding), bits, shortName(name));
      case DW_TAG.pointer_type:
        return { kind: 'pointer', bits: bits || unit.addressBytes * 8, to: once(inner) };
      case DW_TAG.typedef:
        return named(inner(), name);
      case DW_TAG.const_type:
        return qualified(inner(), 'const');
      case DW_TAG.volatile_type:
        return qualified(inner(), 'volatile');
      case DW_TAG.restrict_type:
      case DW_TAG.atomic_type:
        return inner();
      case DW_TAG.enumeration_type:
        return {
          ...{ kind: 'enum', bits, name: `enum ${name || '{...}'}` },
          values: once(() => this.enumerators(unit, offset)),
        };
      case DW_TAG.array_type:
        return this.array(unit, offset, inner());
      case DW_TAG.structure_type:
      case DW_TAG.class_type:
      case DW_TAG.union_type: {
        const keyword = entry.abbrev.tag === DW_TAG.union_type ? 'union' : 'struct';
        const whole = `${keyword} ${name || '{...}'}`;
        if (entry.attributes.has(DW_AT.declaration)) return { kind: 'opaque', bits: 0, name: whole };
        return { kind: 'struct', name: whole, bits, members: once(() => this.members(unit, offset)) };
      }
      case DW_TAG.subroutine_type:
        return { kind: 'function', returns: once(inner), parameters: once(() => this.parameters(unit, offset)) };
      default:
        return { kind: 'opaque', bits, name: name || '?' };
    }
  }

  private members(unit: Unit, offset: number): Member[] {
    return this.children(unit, offset, DW_TAG.member).map((entry) => {
      const type = this.typeOf({ unit, entry }) ?? UNKNOWN;
      const fieldBits = entry.attributes.has(DW_AT.bit_size) ? number(entry, DW_AT.bit_size) : null;
      const start = number(entry, DW_AT.data_member_location) * 8;
      return { name: this.nameOf(unit, entry), type, fieldBits, atBit: fieldStart(entry, type, start, fieldBits) };
    });
  }

  private enumerators(unit: Unit, offset: number): Enumerator[] {
    return this.children(unit, offset, DW_TAG.enumerator).map((entry) => ({
      name: this.nameOf(unit, entry),
      value: BigInt(number(entry, DW_AT.const_value)),
    }));
  }

  private parameters(unit: Unit, offset: number): DataType[] | null {
    const entry = this.entryAt(unit, offset);
    if (!entry?.attributes.has(DW_AT.prototyped)) return null;
    return this.children(unit, offset, DW_TAG.formal_parameter).map(
      (parameter) => this.typeOf({ unit, entry: parameter }) ?? UNKNOWN,
    );
  }

  /** Arrays of arrays are one entry with several ranges, the outermost first. One whose length is not a constant has none. */
  private array(unit: Unit, offset: number, of: DataType | null): DataType {
    const ranges = this.children(unit, offset, DW_TAG.subrange_type);
    return ranges.reduceRight<DataType>((inner, range) => {
      const last = range.attributes.get(DW_AT.upper_bound)?.value;
      const count = range.attributes.get(DW_AT.count)?.value;
      const length = typeof count === 'number' ? count : typeof last === 'number' ? last + 1 : 0;
      // All bits set is -1: no element.
      return { kind: 'array', of: inner, count: length >= 2 ** 32 ? 0 : length };
    }, of ?? UNKNOWN);
  }

  private children(unit: Unit, offset: number, tag: number): Entry[] {
    return orBroken([], () => {
      const found: Entry[] = [];
      const cursor = new Cursor(this.sections('.debug_info'), offset, unit.end);
      const root = readEntry(cursor, unit, () => ATTRIBUTES);
      for (let depth = root?.abbrev.hasChildren ? 1 : 0; depth > 0; ) {
        const entry = readEntry(cursor, unit, () => ATTRIBUTES);
        if (!entry) depth--;
        else {
          if (depth === 1 && entry.abbrev.tag === tag) found.push(entry);
          if (entry.abbrev.hasChildren) depth++;
        }
      }
      return found;
    });
  }

  private entryAt(unit: Unit, offset: number): Entry | null {
    return readEntry(new Cursor(this.sections('.debug_info'), offset, unit.end), unit, () => ATTRIBUTES);
  }

  private nameOf(unit: Unit, { attributes }: Entry): string {
    const name = attributes.get(DW_AT.name);
    return (name ? stringOf(this.sections, unit, name) : null) ?? '';
  }
}

function number({ attributes }: Entry, attribute: number): number {
  const value = attributes.get(attribute)?.value;
  if (value instanceof Uint8Array) throw new DwarfError('an expression where a number is expected');
  return Number(value ?? 0);
}

/** DWARF 5, 5.7.6; before version 4 a bit field is told from the highest bit of what it lies in. */
function fieldStart(entry: Entry, type: DataType, start: number, fieldBits: number | null): number {
  if (fieldBits === null) return start;
  if (!entry.attributes.has(DW_AT.bit_offset)) return start + number(entry, DW_AT.data_bit_offset);
  const storage = (number(entry, DW_AT.byte_size) || sizeOf(type)) * 8;
  return start + storage - number(entry, DW_AT.bit_offset) - fieldBits;
}

function baseType(encoding: number, bits: number, name: string): DataType {
  switch (encoding) {
    case ENCODING.boolean:
      return { kind: 'bool', bits, name };
    case ENCODING.float:
      return bits === 32 || bits === 64 ? { kind: 'float', bits, name } : { kind: 'opaque', bits, name };
    case ENCODING.signed:
    case ENCODING.signedChar:
      return { kind: 'int', bits, signed: true, name };
    case ENCODING.unsigned:
    case ENCODING.unsignedChar:
    case ENCODING.utf:
      return { kind: 'int', bits, signed: false, name };
    default:
      return { kind: 'opaque', bits, name };
  }
}

/** gcc writes `long unsigned int` where people, and gdb, write `unsigned long`. */
function shortName(name: string): string {
  const [, longs, sign] = /^(short|long|long long) (unsigned )?int$/.exec(name) ?? [];
  return longs === undefined ? name : `${sign ?? ''}${longs}`;
}

function named(type: DataType | null, alias: string): DataType {
  return { ...(type ?? { kind: 'opaque', bits: 0, name: 'void' }), alias };
}

/** Pointers have the word behind their star. */
function qualified(type: DataType | null, word: string): DataType {
  const name = typeName(type);
  return named(type, name.endsWith('*') ? `${name} ${word}` : `${word} ${name}`);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
