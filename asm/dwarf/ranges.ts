import { DW_FORM } from './constants.ts';
import { Cursor, DwarfError, orBroken } from './cursor.ts';
import { addressOf, type FormValue, indexedAddress } from './forms.ts';
import type { Sections } from './sections.ts';
import type { Unit } from './unit.ts';

/** Addresses [start, end). */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

const DW_RLE = {
  end: 0,
  baseX: 1,
  startXEndX: 2,
  startXLen: 3,
  offsets: 4,
  base: 5,
  startEnd: 6,
  startLen: 7,
} as const;
const MAX_RANGES = 1 << 20;

/** The addresses of an entry with these attributes; none where they are broken. DWARF 5, 2.17. */
export function rangesOf(
  sections: Sections,
  unit: Unit,
  { lowPc, highPc, ranges }: Pick<Unit, 'lowPc' | 'highPc' | 'ranges'>,
): AddressRange[] {
  return orBroken([], () => {
    if (ranges) return listed(sections, unit, ranges).filter(({ start, end }) => end > start);
    if (lowPc === null || !highPc || typeof highPc.value !== 'number') return [];
    // An address, or a length.
    const end = addressOf(sections, unit, highPc) ?? lowPc + highPc.value;
    return end > lowPc ? [{ start: lowPc, end }] : [];
  });
}

function listed(sections: Sections, unit: Unit, { form, value }: FormValue): AddressRange[] {
  if (typeof value !== 'number') return [];
  if (unit.version < 5) return oldList(new Cursor(sections('.debug_ranges'), value), unit);
  const section = sections('.debug_rnglists');
  if (form !== DW_FORM.rnglistx) return newList(new Cursor(section, value), sections, unit);
  const lenBytes = unit.is64 ? 8 : 4;
  const at = unit.rnglistsBase + new Cursor(section, unit.rnglistsBase + value * lenBytes).unsigned(lenBytes);
  return newList(new Cursor(section, at), sections, unit);
}

/** .debug_ranges: pairs, ended by two zeros; a pair that begins with the highest address sets the base. DWARF 4, 2.17.3. */
function oldList(cursor: Cursor, { addressBytes, lowPc }: Unit): AddressRange[] {
  const highest = addressBytes === 8 ? Number(0xffff_ffff_ffff_ffffn) : 0xffff_ffff;
  const out: AddressRange[] = [];
  let base = lowPc ?? 0;
  while (out.length < MAX_RANGES) {
    const start = cursor.unsigned(addressBytes);
    const end = cursor.unsigned(addressBytes);
    if (start === 0 && end === 0) return out;
    if (start === highest) base = end;
    else out.push({ start: base + start, end: base + end });
  }
  throw new DwarfError('an endless list of ranges');
}

function newList(cursor: Cursor, sections: Sections, unit: Unit): AddressRange[] {
  const out: AddressRange[] = [];
  let base = unit.lowPc ?? 0;
  const address = (): number => cursor.unsigned(unit.addressBytes);
  const indexed = (): number => indexedAddress(sections, unit, cursor.uleb());
  const keep = (start: number, end: number): void => void out.push({ start, end });
  while (out.length < MAX_RANGES) {
    const kind = cursor.u8();
    if (kind === DW_RLE.end) return out;
    if (kind === DW_RLE.baseX) base = indexed();
    else if (kind === DW_RLE.base) base = address();
    else if (kind === DW_RLE.startXEndX) keep(indexed(), indexed());
    else if (kind === DW_RLE.offsets) keep(base + cursor.uleb(), base + cursor.uleb());
    else if (kind === DW_RLE.startEnd) keep(address(), address());
    else if (kind === DW_RLE.startXLen || kind === DW_RLE.startLen) {
      const start = kind === DW_RLE.startXLen ? indexed() : address();
      keep(start, start + cursor.uleb());
    } else throw new DwarfError(`entry ${kind} in a list of ranges`);
  }
  throw new DwarfError('an endless list of ranges');
}

/** Index of the last range that starts at or before `address`, or -1. */
export function lastStart(ranges: readonly AddressRange[], address: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.start ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
