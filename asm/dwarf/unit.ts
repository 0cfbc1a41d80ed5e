import { type Abbrev, readAbbrevs } from './abbrev.ts';
import { DW_AT } from './constants.ts';
import { Cursor, DwarfError, orBroken } from './cursor.ts';
import { addressOf, type Bases, type FormValue, readForm, skipForm, stringOf } from './forms.ts';
import type { Sections } from './sections.ts';

/** A unit of .debug_info and what its first entry says. */
export interface Unit extends Bases {
  /** Of its header in .debug_info, and of what comes behind it. */
  readonly offset: number;
  readonly end: number;
  /** Of its first entry. */
  readonly entries: number;
  readonly abbrevs: ReadonlyMap<number, Abbrev>;
  readonly rnglistsBase: number;
  readonly loclistsBase: number;
  readonly name: string;
  readonly directory: string;
  readonly producer: string;
  readonly language: number;
  /** Of its program in .debug_line. */
  readonly lineOffset: number | null;
  readonly lowPc: number | null;
  readonly highPc: FormValue | null;
  readonly ranges: FormValue | null;
}

/** An entry: its tag, where it stands, and the attributes that were asked for. */
export interface Entry {
  readonly offset: number;
  readonly abbrev: Abbrev;
  readonly attributes: ReadonlyMap<number, FormValue>;
}

const DW_UT = { type: 2, skeleton: 4, splitCompile: 5, splitType: 6 } as const;
const ROOT_ATTRIBUTES: ReadonlySet<number> = new Set([
  ...[DW_AT.name, DW_AT.comp_dir, DW_AT.producer, DW_AT.language, DW_AT.stmt_list, DW_AT.low_pc, DW_AT.high_pc],
  ...[DW_AT.ranges, DW_AT.str_offsets_base, DW_AT.addr_base, DW_AT.rnglists_base, DW_AT.GNU_addr_base],
  DW_AT.loclists_base,
]);

/** All units of .debug_info; those that are broken are left out, and what follows one whose length is. DWARF 5, 7.5.1. */
export function readUnits(sections: Sections): Unit[] {
  const info = sections('.debug_info');
  const tables = new Map<number, ReadonlyMap<number, Abbrev>>();
  const units: Unit[] = [];
  for (let at = 0; at < info.length; ) {
    const start = at;
    const end = orBroken(info.length, () => {
      const cursor = new Cursor(info, start);
      const { lenBytes } = cursor.initialLength();
      return cursor.at + lenBytes;
    });
    const unit = orBroken(null, () => readUnit(sections, tables, start, end));
    if (unit) units.push(unit);
    at = Math.max(end, at + 4);
  }
  return units;
}

function readUnit(
  sections: Sections,
  tables: Map<number, ReadonlyMap<number, Abbrev>>,
  offset: number,
  end: number,
): Unit {
  const cursor = new Cursor(sections('.debug_info'), offset, end);
  const { is64 } = cursor.initialLength();
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new DwarfError(`version ${version}`);
  let abbrevOffset: number;
  let addressBytes: number;
  if (version >= 5) {
    const type = cursor.u8();
    addressBytes = cursor.u8();
    abbrevOffset = cursor.offset(is64);
    if (type === DW_UT.skeleton || type === DW_UT.splitCompile) cursor.skip(8);
    else if (type === DW_UT.type || type === DW_UT.splitType) cursor.skip(is64 ? 16 : 12);
  } else {
    abbrevOffset = cursor.offset(is64);
    addressBytes = cursor.u8();
  }
  let abbrevs = tables.get(abbrevOffset);
  if (!abbrevs) {
    abbrevs = readAbbrevs(sections('.debug_abbrev'), abbrevOffset);
    tables.set(abbrevOffset, abbrevs);
  }
  const head = { offset, end, entries: cursor.at, abbrevs, version, is64, addressBytes };
  const root = readEntry(cursor, head, () => ROOT_ATTRIBUTES);
  if (!root) throw new DwarfError('a unit without entries');
  return { ...head, ...rootOf(sections, head, root.attributes) };
}

type Head = Omit<Bases, 'strOffsetsBase' | 'addrBase'>;

function rootOf(sections: Sections, head: Head, attributes: Entry['attributes']) {
  const number = (name: number): number | null => {
    const value = attributes.get(name)?.value;
    return typeof value === 'number' ? value : null;
  };
  const bases = {
    ...head,
    // Without the attribute: behind the header of the first table.
    strOffsetsBase: number(DW_AT.str_offsets_base) ?? (head.is64 ? 16 : 8),
    addrBase: number(DW_AT.addr_base) ?? number(DW_AT.GNU_addr_base) ?? 0,
  };
  const text = (name: number): string => {
    const value = attributes.get(name);
    return value ? orBroken('', () => stringOf(sections, bases, value) ?? '') : '';
  };
  const low = attributes.get(DW_AT.low_pc);
  return {
    strOffsetsBase: bases.strOffsetsBase,
    addrBase: bases.addrBase,
    rnglistsBase: number(DW_AT.rnglists_base) ?? 0,
    loclistsBase: number(DW_AT.loclists_base) ?? 0,
    name: text(DW_AT.name),
    directory: text(DW_AT.comp_dir),
    producer: text(DW_AT.producer),
    language: number(DW_AT.language) ?? 0,
    lineOffset: number(DW_AT.stmt_list),
    lowPc: low ? orBroken(null, () => addressOf(sections, bases, low)) : null,
    highPc: attributes.get(DW_AT.high_pc) ?? null,
    ranges: attributes.get(DW_AT.ranges) ?? null,
  };
}

/** The entry at the cursor, which is left behind it, with the attributes that `wanted` names for its tag; null for the end of a list of siblings. */
export function readEntry(
  cursor: Cursor,
  unit: Pick<Unit, 'abbrevs' | 'version' | 'is64' | 'addressBytes'>,
  wanted: (tag: number) => ReadonlySet<number>,
): Entry | null {
  const offset = cursor.at;
  const code = cursor.uleb();
  if (code === 0) return null;
  const abbrev = unit.abbrevs.get(code);
  if (!abbrev) throw new DwarfError(`abbreviation ${code} is not there`);
  const names = wanted(abbrev.tag);
  const attributes = new Map<number, FormValue>();
  for (const { name, form, implicit } of abbrev.attributes) {
    if (names.has(name)) attributes.set(name, readForm(cursor, unit, form, implicit));
    else skipForm(cursor, unit, form);
  }
  return { offset, abbrev, attributes };
}
