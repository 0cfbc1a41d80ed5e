import { SHF_ALLOC, SHF_EXECINSTR, SHT_DYNSYM, SHT_PROGBITS, SHT_STRTAB } from '../abi/elf.ts';
import { writeU32, writeU64 } from '../bytes.ts';

/** The vDSO's section headers: dietlibc finds its symbols by them. Index 0 is nothing, 1 the code, as in each symbol. */

export interface Section {
  /** In the string table. */
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly at: number;
  readonly lenBytes: number;
  readonly link: number;
  /** Bytes of an entry of a table. */
  readonly entryBytes: number;
}

/** In the order of the headers, from index 1. */
export const SECTION_NAMES = ['.text', '.dynsym', '.dynstr'] as const;
/** Index of the names of sections and symbols. */
export const DYNSTR_INDEX = 3;

interface Place {
  readonly at: number;
  readonly lenBytes: number;
}

export function sectionsOf(
  names: readonly number[],
  text: Place,
  symbols: Place,
  strings: Place,
  is64: boolean,
): Section[] {
  const [textName = 0, symbolsName = 0, stringsName = 0] = names;
  const none = { link: 0, entryBytes: 0 };
  return [
    { ...text, ...none, name: textName, type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_EXECINSTR },
    {
      ...symbols,
      name: symbolsName,
      type: SHT_DYNSYM,
      flags: SHF_ALLOC,
      link: DYNSTR_INDEX,
      entryBytes: is64 ? 24 : 16,
    },
    { ...strings, ...none, name: stringsName, type: SHT_STRTAB, flags: SHF_ALLOC },
  ];
}

/** Elf32_Shdr or Elf64_Shdr of each, behind the empty one. */
export function sectionTable(sections: readonly Section[], is64: boolean): Uint8Array {
  const entry = is64 ? 64 : 40;
  const out = new Uint8Array((sections.length + 1) * entry);
  for (const [i, { name, type, flags, at, lenBytes, link, entryBytes }] of sections.entries()) {
    const base = (i + 1) * entry;
    writeU32(out, base, name);
    writeU32(out, base + 4, type);
    const wide = [flags, at, at, lenBytes];
    const step = is64 ? 8 : 4;
    for (const [n, value] of wide.entries()) {
      if (is64) writeU64(out, base + 8 + n * step, value);
      else writeU32(out, base + 8 + n * step, value);
    }
    const linkAt = base + 8 + wide.length * step;
    writeU32(out, linkAt, link);
    // sh_info of symbols: the first that is not local.
    writeU32(out, linkAt + 4, type === SHT_DYNSYM ? 1 : 0);
    writeU32(out, linkAt + 8, 1);
    writeU32(out, linkAt + 8 + step, entryBytes);
  }
  return out;
}
