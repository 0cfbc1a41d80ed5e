import { DW_AT, DW_FORM, DW_TAG } from './constants.ts';
import { Cursor, orBroken } from './cursor.ts';
import { addressOf, type FormValue, stringOf } from './forms.ts';
import { type AddressRange, rangesOf } from './ranges.ts';
import type { Sections } from './sections.ts';
import { type Entry, readEntry, type Unit } from './unit.ts';

/** A function with code. */
export interface DwarfFunction {
  readonly name: string;
  /** Where it is entered. */
  readonly entry: number;
  /** It may lie in several parts. */
  readonly ranges: readonly AddressRange[];
  /** Calls whose code stands inside it, outer ones before those in them. */
  readonly inlined: readonly InlinedCall[];
  readonly unit: Unit;
  /** Of its entry in .debug_info. */
  readonly offset: number;
}

/** The code of a function in place of a call to it. */
export interface InlinedCall {
  readonly name: string;
  readonly ranges: readonly AddressRange[];
  /** A number in the unit's line table. */
  readonly callFile: number;
  readonly callLine: number;
}

const FUNCTION_ATTRIBUTES: ReadonlySet<number> = new Set([
  ...[DW_AT.name, DW_AT.linkage_name, DW_AT.low_pc, DW_AT.high_pc, DW_AT.ranges, DW_AT.call_file, DW_AT.call_line],
  ...[DW_AT.abstract_origin, DW_AT.specification, DW_AT.sibling],
]);
const SIBLING: ReadonlySet<number> = new Set([DW_AT.sibling]);
/** What has children that are no functions. */
const WITHOUT_FUNCTIONS: ReadonlySet<number> = new Set([
  ...[DW_TAG.structure_type, DW_TAG.union_type, DW_TAG.class_type, DW_TAG.enumeration_type],
  ...[DW_TAG.array_type, DW_TAG.subroutine_type],
]);
const MAX_REFERENCES = 8;

function isFunction(tag: number): boolean {
  return tag === DW_TAG.subprogram || tag === DW_TAG.inlined_subroutine;
}

/** The functions of a unit that have code; what stands behind something broken is missing. `unitAt` finds the unit of an entry. */
export function functionsOf(
  sections: Sections,
  unit: Unit,
  unitAt: (offset: number) => Unit | undefined,
): DwarfFunction[] {
  const found: DwarfFunction[] = [];
  const names = new Names(sections, unitAt);
  orBroken(undefined, () => {
    const cursor = new Cursor(sections('.debug_info'), unit.entries, unit.end);
    let inlined: InlinedCall[] = [];
    let depth = 0;
    do {
      const entry = readEntry(cursor, unit, (tag) => (isFunction(tag) ? FUNCTION_ATTRIBUTES : SIBLING));
      if (!entry) {
        depth--;
        continue;
      }
      const { tag, hasChildren } = entry.abbrev;
      if (isFunction(tag)) {
        const ranges = codeOf(sections, unit, entry);
        if (tag === DW_TAG.inlined_subroutine) {
          const call = { name: names.of(unit, entry), ranges, ...callOf(entry) };
          if (ranges.length > 0) inlined.push(call);
        } else if (ranges.length > 0) {
          inlined = [];
          const entryPc = lowOf(sections, unit, entry) ?? ranges[0]?.start ?? 0;
          found.push({ name: names.of(unit, entry), entry: entryPc, ranges, inlined, unit, offset: entry.offset });
        } else inlined = [];
      }
      const sibling = entry.attributes.get(DW_AT.sibling);
      const next = sibling && WITHOUT_FUNCTIONS.has(tag) ? reference(unit, sibling) : null;
      if (next !== null && next > cursor.at && next < unit.end) cursor.at = next;
      else if (hasChildren) depth++;
    } while (depth > 0 && !cursor.isAtEnd);
  });
  return found;
}

function lowOf(sections: Sections, unit: Unit, { attributes }: Entry): number | null {
  const low = attributes.get(DW_AT.low_pc);
  return low ? addressOf(sections, unit, low) : null;
}

function codeOf(sections: Sections, unit: Unit, entry: Entry): AddressRange[] {
  const { attributes } = entry;
  const highPc = attributes.get(DW_AT.high_pc) ?? null;
  const ranges = attributes.get(DW_AT.ranges) ?? null;
  if (!highPc && !ranges) return [];
  const own = lowOf(sections, unit, entry);
  // A list of ranges is relative to the unit.
  const found = rangesOf(sections, unit, { lowPc: ranges ? unit.lowPc : own, highPc, ranges });
  return found.filter(({ start }) => start > 0);
}

function callOf({ attributes }: Entry): { readonly callFile: number; readonly callLine: number } {
  const number = (name: number): number => {
    const value = attributes.get(name)?.value;
    return typeof value === 'number' ? value : 0;
  };
  return { callFile: number(DW_AT.call_file), callLine: number(DW_AT.call_line) };
}

/** The entry that an attribute refers to, as an offset in .debug_info; null for one in another file. */
export function reference(unit: Unit, { form, value }: FormValue): number | null {
  if (typeof value !== 'number') return null;
  if (form >= DW_FORM.ref1 && form <= DW_FORM.ref_udata) return unit.offset + value;
  return form === DW_FORM.ref_addr ? value : null;
}

/** Names, of which an entry may say only where they stand. */
class Names {
  private readonly sections: Sections;
  private readonly unitAt: (offset: number) => Unit | undefined;

  constructor(sections: Sections, unitAt: (offset: number) => Unit | undefined) {
    this.sections = sections;
    this.unitAt = unitAt;
  }

  of(unit: Unit, entry: Entry): string {
    return orBroken('', () => this.follow(unit, entry, 0));
  }

  private follow(unit: Unit, { attributes }: Entry, depth: number): string {
    const own = attributes.get(DW_AT.name) ?? attributes.get(DW_AT.linkage_name);
    if (own) return stringOf(this.sections, unit, own) ?? '';
    const elsewhere = attributes.get(DW_AT.abstract_origin) ?? attributes.get(DW_AT.specification);
    const offset = elsewhere ? reference(unit, elsewhere) : null;
    const other = offset === null ? undefined : this.unitAt(offset);
    if (offset === null || !other || depth >= MAX_REFERENCES) return '';
    const cursor = new Cursor(this.sections('.debug_info'), offset, other.end);
    const entry = readEntry(cursor, other, () => FUNCTION_ATTRIBUTES);
    return entry ? this.follow(other, entry, depth + 1) : '';
  }
}
