import { DW_FORM } from './constants.ts';
import { Cursor, DwarfError } from './cursor.ts';

/** The shape of a kind of entry: DWARF 5, 7.5.3. */
export interface Abbrev {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeShape[];
}

export interface AttributeShape {
  readonly name: number;
  readonly form: number;
  /** DW_FORM_implicit_const. */
  readonly implicit: number;
}

const MAX_ABBREVS = 1 << 20;

/** The table that begins at `at`, by code. Throws DwarfError. */
export function readAbbrevs(section: Uint8Array, at: number): ReadonlyMap<number, Abbrev> {
  const cursor = new Cursor(section, at);
  const table = new Map<number, Abbrev>();
  for (;;) {
    const code = cursor.uleb();
    if (code === 0) return table;
    if (table.size >= MAX_ABBREVS) throw new DwarfError('an endless table of abbreviations');
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: AttributeShape[] = [];
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      const implicit = form === DW_FORM.implicit_const ? cursor.sleb() : 0;
      if (name === 0 && form === 0) break;
      attributes.push({ name, form, implicit });
    }
    table.set(code, { tag, hasChildren, attributes });
  }
}
