import { DW_AT, DW_TAG } from './constants.ts';
import { Cursor, orBroken } from './cursor.ts';
import type { DataType } from './data-type.ts';
import { addressOf, type FormValue, indexedAddress, stringOf } from './forms.ts';
import { type DwarfFunction, reference } from './functions.ts';
import { locationInList } from './location-lists.ts';
import { rangesOf } from './ranges.ts';
import type { Sections } from './sections.ts';
import type { Place, TypeReader } from './types.ts';
import { type Entry, readEntry, type Unit } from './unit.ts';

/** A variable of a function, or a parameter. */
export interface Variable {
  readonly name: string;
  readonly isParameter: boolean;
  /** A DWARF expression, or the value itself. Null where the compiler keeps it nowhere at the address. */
  readonly location: Uint8Array | bigint | null;
  /** Null where it is not told. */
  readonly type: DataType | null;
}

/** The variables of a function that can be seen at an address, and how its frame is found. */
export interface FunctionVariables {
  readonly variables: readonly Variable[];
  readonly frameBase: Uint8Array | null;
}

const ATTRIBUTES: ReadonlySet<number> = new Set([
  ...[DW_AT.name, DW_AT.location, DW_AT.type, DW_AT.abstract_origin, DW_AT.frame_base, DW_AT.low_pc, DW_AT.high_pc],
  ...[DW_AT.ranges, DW_AT.const_value, DW_AT.specification, DW_AT.declaration, DW_AT.sibling],
]);

/** Innermost scopes last: a variable hides those of its name before it. Nothing for what is broken. DWARF 5, 3.3 and 4.1. */
export function variablesOf(
  sections: Sections,
  { unit, offset }: DwarfFunction,
  address: number,
  types: TypeReader,
): FunctionVariables {
  const reader = new VariableReader(sections, types);
  return orBroken({ variables: [], frameBase: null }, () => reader.read(unit, offset, address));
}

/** What a unit names outside of its functions. */
export interface Globals {
  /** Those that stand in memory here. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** Offsets of their entries, by `struct NAME`, `union NAME`, `enum NAME` or the name of a typedef or base type. */
  readonly types: ReadonlyMap<string, number>;
}

/** The globals of a unit; what stands behind something broken is missing. */
export function globalsOf(sections: Sections, unit: Unit, types: TypeReader): Globals {
  const variables = new Map<string, Variable>();
  const found = new Map<string, number>();
  const reader = new VariableReader(sections, types);
  orBroken(undefined, () => {
    const cursor = new Cursor(sections('.debug_info'), unit.entries, unit.end);
    let depth = 0;
    do {
      const entry = readEntry(cursor, unit, () => ATTRIBUTES);
      if (!entry) {
        depth--;
        continue;
      }
      const { tag, hasChildren } = entry.abbrev;
      const keyword = TYPE_KEYWORDS.get(tag);
      if (depth === 1 && tag === DW_TAG.variable && entry.attributes.has(DW_AT.location)) {
        const variable = reader.variable(unit, entry, false, unit.lowPc ?? 0);
        if (variable && !variables.has(variable.name)) variables.set(variable.name, variable);
      } else if (depth === 1 && keyword !== undefined && !entry.attributes.has(DW_AT.declaration)) {
        const name = entry.attributes.get(DW_AT.name);
        const text = name ? stringOf(sections, unit, name) : null;
        if (text && !found.has(`${keyword}${text}`)) found.set(`${keyword}${text}`, entry.offset);
      }
      const sibling = entry.attributes.get(DW_AT.sibling);
      const next = depth > 0 && sibling ? reference(unit, sibling) : null;
      if (next !== null && next > cursor.at && next < unit.end) cursor.at = next;
      else if (hasChildren) depth++;
    } while (depth > 0 && !cursor.isAtEnd);
  });
  return { variables, types: found };
}

const DW_OP_ADDR = 0x03;
const DW_OP_ADDRX = 0xa1;
/** What stands in front of the name of a type. */
const TYPE_KEYWORDS: ReadonlyMap<number, string> = new Map([
  [DW_TAG.structure_type, 'struct '],
  [DW_TAG.class_type, 'struct '],
  [DW_TAG.union_type, 'union '],
  [DW_TAG.enumeration_type, 'enum '],
  [DW_TAG.typedef, ''],
  [DW_TAG.base_type, ''],
]);

class VariableReader {
  private readonly sections: Sections;
  private readonly types: TypeReader;

  constructor(sections: Sections, types: TypeReader) {
    this.sections = sections;
    this.types = types;
  }

  read(unit: Unit, offset: number, address: number): FunctionVariables {
    const cursor = new Cursor(this.sections('.debug_info'), offset, unit.end);
    const root = readEntry(cursor, unit, () => ATTRIBUTES);
    const base = root?.attributes.get(DW_AT.frame_base)?.value;
    const frameBase = base instanceof Uint8Array ? base : null;
    const variables: Variable[] = [];
    // Depth of a scope that the address is not in; its variables are not seen.
    let hidden = Number.POSITIVE_INFINITY;
    for (let depth = root?.abbrev.hasChildren ? 1 : 0; depth > 0; ) {
      const entry = readEntry(cursor, unit, () => ATTRIBUTES);
      if (!entry) {
        depth--;
        if (depth <= hidden) hidden = Number.POSITIVE_INFINITY;
        continue;
      }
      const { tag, hasChildren } = entry.abbrev;
      const isParameter = tag === DW_TAG.formal_parameter;
      if (depth < hidden && (isParameter || tag === DW_TAG.variable)) {
        const variable = this.variable(unit, entry, isParameter, address);
        if (variable) variables.push(variable);
      }
      if (!hasChildren) continue;
      if (depth < hidden && !(tag === DW_TAG.lexical_block && this.isIn(unit, entry, address))) hidden = depth;
      depth++;
    }
    return { variables, frameBase };
  }

  private isIn(unit: Unit, { attributes }: Entry, address: number): boolean {
    const low = attributes.get(DW_AT.low_pc);
    const ranges = attributes.get(DW_AT.ranges) ?? null;
    const lowPc = ranges ? unit.lowPc : low ? addressOf(this.sections, unit, low) : null;
    const found = rangesOf(this.sections, unit, { lowPc, highPc: attributes.get(DW_AT.high_pc) ?? null, ranges });
    return found.some(({ start, end }) => address >= start && address < end);
  }

  variable(unit: Unit, entry: Entry, isParameter: boolean, address: number): Variable | null {
    const origin = this.origin(unit, entry);
    const name = entry.attributes.get(DW_AT.name) ?? origin?.entry.attributes.get(DW_AT.name);
    const text = name
      ? stringOf(this.sections, origin && !entry.attributes.has(DW_AT.name) ? origin.unit : unit, name)
      : null;
    if (!text) return null;
    const typed = entry.attributes.has(DW_AT.type) ? { unit, entry } : origin;
    const type = typed && this.types.typeOf(typed);
    return { name: text, isParameter, location: this.location(unit, entry, address), type };
  }

  private location(unit: Unit, { attributes }: Entry, address: number): Variable['location'] {
    const value = attributes.get(DW_AT.location);
    const constant = attributes.get(DW_AT.const_value)?.value;
    if (!value) return typeof constant === 'number' ? BigInt(constant) : null;
    const expression =
      value.value instanceof Uint8Array
        ? value.value
        : orBroken(null, () => locationInList(this.sections, unit, value, address));
    return !expression || expression.length === 0 ? null : orBroken(null, () => this.withAddress(unit, expression));
  }

  /** DW_OP_addrx names an address by its number in .debug_addr: put in its place, as DW_OP_addr. DWARF 5, 2.5.1.1. */
  private withAddress(unit: Unit, expression: Uint8Array): Uint8Array {
    if (expression[0] !== DW_OP_ADDRX) return expression;
    const cursor = new Cursor(expression, 1);
    const address = indexedAddress(this.sections, unit, cursor.uleb());
    const bytes = new Uint8Array(1 + unit.addressBytes + expression.length - cursor.at);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, DW_OP_ADDR);
    view.setUint32(1, address % 2 ** 32, true);
    if (unit.addressBytes === 8) view.setUint32(5, Math.floor(address / 2 ** 32), true);
    bytes.set(expression.subarray(cursor.at), 1 + unit.addressBytes);
    return bytes;
  }

  /** What an inlined or outlined copy was made from, or a definition was declared as. */
  private origin(unit: Unit, { attributes }: Entry): Place | null {
    const origin = attributes.get(DW_AT.abstract_origin) ?? attributes.get(DW_AT.specification);
    return origin ? this.entryAt(unit, origin) : null;
  }

  private entryAt(unit: Unit, value: FormValue): Place | null {
    const offset = reference(unit, value);
    const other = offset === null ? undefined : this.types.unitAt(offset);
    if (offset === null || !other) return null;
    const entry = readEntry(new Cursor(this.sections('.debug_info'), offset, other.end), other, () => ATTRIBUTES);
    return entry && { unit: other, entry };
  }
}
