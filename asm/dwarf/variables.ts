import { DW_AT, DW_TAG } from './constants.ts';
import { Cursor, orBroken } from './cursor.ts';
import { addressOf, type FormValue, stringOf } from './forms.ts';
import { type DwarfFunction, reference } from './functions.ts';
import { locationInList } from './location-lists.ts';
import { rangesOf } from './ranges.ts';
import type { Sections } from './sections.ts';
import { type Entry, readEntry, type Unit } from './unit.ts';

/** A variable of a function, or a parameter. */
export interface Variable {
  readonly name: string;
  readonly isParameter: boolean;
  /** A DWARF expression, or the value itself. Null where the compiler keeps it nowhere at the address. */
  readonly location: Uint8Array | bigint | null;
  readonly type: VariableType;
}

/** What a value looks like; `name` as C writes it, as far as it was followed. */
export interface VariableType {
  readonly name: string;
  readonly lenBytes: number;
  readonly kind: 'signed' | 'unsigned' | 'char' | 'boolean' | 'float' | 'pointer' | 'other';
  /** It points to characters. */
  readonly isString: boolean;
}

/** The variables of a function that can be seen at an address, and how its frame is found. */
export interface FunctionVariables {
  readonly variables: readonly Variable[];
  readonly frameBase: Uint8Array | null;
}

const ATTRIBUTES: ReadonlySet<number> = new Set([
  ...[DW_AT.name, DW_AT.location, DW_AT.type, DW_AT.abstract_origin, DW_AT.frame_base, DW_AT.low_pc, DW_AT.high_pc],
  ...[DW_AT.ranges, DW_AT.byte_size, DW_AT.encoding, DW_AT.const_value],
]);
const MAX_TYPES = 16;
/** DW_ATE_* */
const KINDS: Readonly<Record<number, VariableType['kind']>> = {
  2: 'boolean',
  4: 'float',
  5: 'signed',
  6: 'char',
  7: 'unsigned',
  8: 'char',
};
const UNKNOWN: VariableType = { name: '?', lenBytes: 0, kind: 'other', isString: false };

/** Innermost scopes last: a variable hides those of its name before it. Nothing for what is broken. DWARF 5, 3.3 and 4.1. */
export function variablesOf(
  sections: Sections,
  { unit, offset }: DwarfFunction,
  address: number,
  unitAt: (offset: number) => Unit | undefined,
): FunctionVariables {
  const reader = new VariableReader(sections, unitAt);
  return orBroken({ variables: [], frameBase: null }, () => reader.read(unit, offset, address));
}

class VariableReader {
  private readonly sections: Sections;
  private readonly unitAt: (offset: number) => Unit | undefined;

  constructor(sections: Sections, unitAt: (offset: number) => Unit | undefined) {
    this.sections = sections;
    this.unitAt = unitAt;
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

  private variable(unit: Unit, entry: Entry, isParameter: boolean, address: number): Variable | null {
    const origin = this.origin(unit, entry);
    const name = entry.attributes.get(DW_AT.name) ?? origin?.entry.attributes.get(DW_AT.name);
    const text = name
      ? stringOf(this.sections, origin && !entry.attributes.has(DW_AT.name) ? origin.unit : unit, name)
      : null;
    if (!text) return null;
    const type = entry.attributes.get(DW_AT.type);
    const typeOf = type
      ? this.type(unit, type)
      : origin
        ? this.type(origin.unit, origin.entry.attributes.get(DW_AT.type))
        : UNKNOWN;
    return { name: text, isParameter, location: this.location(unit, entry, address), type: typeOf };
  }

  private location(unit: Unit, { attributes }: Entry, address: number): Variable['location'] {
    const value = attributes.get(DW_AT.location);
    const constant = attributes.get(DW_AT.const_value)?.value;
    if (!value) return typeof constant === 'number' ? BigInt(constant) : null;
    const expression =
      value.value instanceof Uint8Array
        ? value.value
        : orBroken(null, () => locationInList(this.sections, unit, value, address));
    return expression?.length === 0 ? null : expression;
  }

  /** What an inlined or outlined copy was made from. */
  private origin(unit: Unit, { attributes }: Entry): { readonly unit: Unit; readonly entry: Entry } | null {
    const origin = attributes.get(DW_AT.abstract_origin);
    return origin ? this.entryAt(unit, origin) : null;
  }

  private entryAt(unit: Unit, value: FormValue): { readonly unit: Unit; readonly entry: Entry } | null {
    const offset = reference(unit, value);
    const other = offset === null ? undefined : this.unitAt(offset);
    if (offset === null || !other) return null;
    const entry = readEntry(new Cursor(this.sections('.debug_info'), offset, other.end), other, () => ATTRIBUTES);
    return entry && { unit: other, entry };
  }

  /** Through typedefs and qualifiers to what is stored. */
  private type(unit: Unit, value: FormValue | undefined, depth = 0): VariableType {
    const found = value ? this.entryAt(unit, value) : null;
    if (!found) return value ? UNKNOWN : { ...UNKNOWN, name: 'void' };
    if (depth > MAX_TYPES) return UNKNOWN;
    const { entry } = found;
    const nameValue = entry.attributes.get(DW_AT.name);
    const name = nameValue ? (stringOf(this.sections, found.unit, nameValue) ?? '?') : null;
    const number = (attribute: number): number => Number(entry.attributes.get(attribute)?.value ?? 0);
    const inner = (): VariableType => this.type(found.unit, entry.attributes.get(DW_AT.type), depth + 1);
    switch (entry.abbrev.tag) {
      case DW_TAG.base_type: {
        const kind = KINDS[number(DW_AT.encoding)] ?? 'other';
        return { name: name ?? '?', lenBytes: number(DW_AT.byte_size), kind, isString: false };
      }
      case DW_TAG.pointer_type: {
        const to = inner();
        const lenBytes = number(DW_AT.byte_size) || found.unit.addressBytes;
        return { name: `${to.name} *`, lenBytes, kind: 'pointer', isString: to.kind === 'char' };
      }
      case DW_TAG.typedef:
        return { ...inner(), name: name ?? '?' };
      case DW_TAG.const_type:
      case DW_TAG.volatile_type:
        return inner();
      case DW_TAG.enumeration_type:
        return {
          name: `enum ${name ?? ''}`.trim(),
          lenBytes: number(DW_AT.byte_size),
          kind: 'unsigned',
          isString: false,
        };
      case DW_TAG.array_type:
        return { ...UNKNOWN, name: `${inner().name} []` };
      default:
        return { ...UNKNOWN, name: name ?? '?', lenBytes: number(DW_AT.byte_size) };
    }
  }
}
