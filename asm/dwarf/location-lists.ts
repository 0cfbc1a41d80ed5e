import { DW_FORM } from './constants.ts';
import { Cursor, DwarfError } from './cursor.ts';
import { type FormValue, indexedAddress } from './forms.ts';
import type { Sections } from './sections.ts';
import type { Unit } from './unit.ts';

const DW_LLE = {
  end: 0,
  baseX: 1,
  startXEndX: 2,
  startXLen: 3,
  offsets: 4,
  otherwise: 5,
  base: 6,
  startEnd: 7,
  startLen: 8,
  viewPair: 9,
} as const;
const MAX_ENTRIES = 1 << 16;

/** The expression that a list has for an address; null where there is none. Throws DwarfError. DWARF 5, 2.6.2; DWARF 4, 2.6.2. */
export function locationInList(
  sections: Sections,
  unit: Unit,
  { form, value }: FormValue,
  address: number,
): Uint8Array | null {
  if (typeof value !== 'number') return null;
  if (unit.version < 5) return inOldList(new Cursor(sections('.debug_loc'), value), unit, address);
  const section = sections('.debug_loclists');
  if (form !== DW_FORM.loclistx) return inNewList(new Cursor(section, value), sections, unit, address);
  const lenBytes = unit.is64 ? 8 : 4;
  const at = unit.loclistsBase + new Cursor(section, unit.loclistsBase + value * lenBytes).unsigned(lenBytes);
  return inNewList(new Cursor(section, at), sections, unit, address);
}

function inOldList(cursor: Cursor, { addressBytes, lowPc }: Unit, address: number): Uint8Array | null {
  const highest = addressBytes === 8 ? Number(0xffff_ffff_ffff_ffffn) : 0xffff_ffff;
  let base = lowPc ?? 0;
  for (let i = 0; i < MAX_ENTRIES; i++) {
    const start = cursor.unsigned(addressBytes);
    const end = cursor.unsigned(addressBytes);
    if (start === 0 && end === 0) return null;
    if (start === highest) base = end;
    else {
      const expression = cursor.take(cursor.u16());
      if (address >= base + start && address < base + end) return expression;
    }
  }
  throw new DwarfError('an endless list of locations');
}

function inNewList(cursor: Cursor, sections: Sections, unit: Unit, address: number): Uint8Array | null {
  let base = unit.lowPc ?? 0;
  const own = (): number => cursor.unsigned(unit.addressBytes);
  const indexed = (): number => indexedAddress(sections, unit, cursor.uleb());
  for (let i = 0; i < MAX_ENTRIES; i++) {
    const kind = cursor.u8();
    if (kind === DW_LLE.end) return null;
    if (kind === DW_LLE.baseX) base = indexed();
    else if (kind === DW_LLE.base) base = own();
    else if (kind === DW_LLE.viewPair) {
      cursor.uleb();
      cursor.uleb();
    } else {
      const [start, end] = bounds(kind, base, cursor, own, indexed);
      const expression = cursor.take(cursor.uleb());
      if (address >= start && address < end) return expression;
    }
  }
  throw new DwarfError('an endless list of locations');
}

function bounds(
  kind: number,
  base: number,
  cursor: Cursor,
  own: () => number,
  indexed: () => number,
): readonly [start: number, end: number] {
  switch (kind) {
    case DW_LLE.startXEndX:
      return [indexed(), indexed()];
    case DW_LLE.offsets:
      return [base + cursor.uleb(), base + cursor.uleb()];
    case DW_LLE.otherwise:
      return [0, Number.POSITIVE_INFINITY];
    case DW_LLE.startEnd:
      return [own(), own()];
    case DW_LLE.startXLen:
    case DW_LLE.startLen: {
      const start = kind === DW_LLE.startLen ? own() : indexed();
      return [start, start + cursor.uleb()];
    }
    default:
      throw new DwarfError(`entry ${kind} in a list of locations`);
  }
}
