import { DW_FORM as F } from './constants.ts';
import { Cursor, DwarfError } from './cursor.ts';
import type { Sections } from './sections.ts';

/** What the length of a form depends on. */
export interface FormSizes {
  readonly version: number;
  readonly is64: boolean;
  readonly addressBytes: number;
}

/** A value as it stands: offsets, indexes and references are not resolved; `form` tells which they are. */
export interface FormValue {
  readonly form: number;
  readonly value: number | string | Uint8Array;
}

/** Read one value. Throws DwarfError. DWARF 5, 7.5.6. */
export function readForm(cursor: Cursor, sizes: FormSizes, form: number, implicit = 0): FormValue {
  switch (form) {
    case F.string:
      return { form, value: cursor.string() };
    case F.sdata:
      return { form, value: cursor.sleb() };
    case F.implicit_const:
      return { form, value: implicit };
    case F.flag_present:
      return { form, value: 1 };
    case F.indirect: {
      const actual = cursor.uleb();
      if (actual === F.indirect) throw new DwarfError('a form that names itself');
      return readForm(cursor, sizes, actual, implicit);
    }
    case F.block1:
      return { form, value: cursor.take(cursor.u8()) };
    case F.block2:
      return { form, value: cursor.take(cursor.u16()) };
    case F.block4:
      return { form, value: cursor.take(cursor.u32()) };
    case F.block:
    case F.exprloc:
      return { form, value: cursor.take(cursor.uleb()) };
    case F.data16:
      return { form, value: cursor.take(16) };
    default:
      return { form, value: readNumber(cursor, sizes, form) };
  }
}

function readNumber(cursor: Cursor, { version, is64, addressBytes }: FormSizes, form: number): number {
  const fixed = FIXED.get(form);
  if (fixed === 3) return cursor.u24();
  if (fixed !== undefined) return cursor.unsigned(fixed);
  if (ULEB.has(form)) return cursor.uleb();
  if (OFFSETS.has(form)) return cursor.offset(is64);
  if (form === F.addr) return cursor.unsigned(addressBytes);
  // DWARF 2 has it as long as an address.
  if (form === F.ref_addr) return version <= 2 ? cursor.unsigned(addressBytes) : cursor.offset(is64);
  throw new DwarfError(`form 0x${form.toString(16)} is not known`);
}

const FIXED = new Map<number, number>([
  ...[F.data1, F.ref1, F.flag, F.strx1, F.addrx1].map((form) => [form, 1] as const),
  ...[F.data2, F.ref2, F.strx2, F.addrx2].map((form) => [form, 2] as const),
  ...[F.strx3, F.addrx3].map((form) => [form, 3] as const),
  ...[F.data4, F.ref4, F.strx4, F.addrx4, F.ref_sup4].map((form) => [form, 4] as const),
  ...[F.data8, F.ref8, F.ref_sig8, F.ref_sup8].map((form) => [form, 8] as const),
]);
const ULEB = new Set<number>([
  ...[F.udata, F.ref_udata, F.strx, F.addrx, F.loclistx, F.rnglistx],
  ...[F.GNU_addr_index, F.GNU_str_index],
]);
const OFFSETS = new Set<number>([F.strp, F.line_strp, F.sec_offset, F.strp_sup, F.GNU_ref_alt, F.GNU_strp_alt]);

/** Go over one value without keeping it. Throws DwarfError. */
export function skipForm(cursor: Cursor, sizes: FormSizes, form: number): void {
  const fixed = FIXED.get(form);
  if (fixed !== undefined) cursor.skip(fixed);
  else if (form !== F.implicit_const && form !== F.flag_present) readForm(cursor, sizes, form);
}

const STRING_INDEXES = new Set<number>([F.strx, F.strx1, F.strx2, F.strx3, F.strx4, F.GNU_str_index]);
const ADDRESS_INDEXES = new Set<number>([F.addrx, F.addrx1, F.addrx2, F.addrx3, F.addrx4, F.GNU_addr_index]);

export interface Bases extends FormSizes {
  readonly strOffsetsBase: number;
  readonly addrBase: number;
}

/** The text of a string form; null for what is none, or stands in another file. Throws DwarfError. */
export function stringOf(sections: Sections, bases: Bases, { form, value }: FormValue): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return null;
  if (form === F.strp) return stringIn(sections('.debug_str'), value);
  if (form === F.line_strp) return stringIn(sections('.debug_line_str'), value);
  if (!STRING_INDEXES.has(form)) return null;
  const at = bases.strOffsetsBase + value * (bases.is64 ? 8 : 4);
  return stringIn(sections('.debug_str'), offsetAt(sections('.debug_str_offsets'), at, bases.is64 ? 8 : 4));
}

/** The address of an address form, or null. Throws DwarfError. */
export function addressOf(sections: Sections, bases: Bases, { form, value }: FormValue): number | null {
  if (typeof value !== 'number') return null;
  if (form === F.addr) return value;
  return ADDRESS_INDEXES.has(form) ? indexedAddress(sections, bases, value) : null;
}

export function indexedAddress(sections: Sections, { addrBase, addressBytes }: Bases, index: number): number {
  return offsetAt(sections('.debug_addr'), addrBase + index * addressBytes, addressBytes);
}

function stringIn(section: Uint8Array, at: number): string {
  return new Cursor(section, at).string();
}

function offsetAt(section: Uint8Array, at: number, lenBytes: number): number {
  return new Cursor(section, at).unsigned(lenBytes);
}
