import { type FileBytes, stringAt } from './bytes.ts';
import * as elf from './constants.ts';
import { dynamicTable } from './dynamic-symbols.ts';
import { ElfError } from './error.ts';
import { type ElfFile, type ElfSection, sectionBytes } from './reader.ts';

export interface ElfSymbol {
  readonly name: string;
  /** st_value as it stands: with bit 0 set for a Thumb function. */
  readonly value: number;
  readonly lenBytes: number;
  /** STB_* */
  readonly binding: number;
  /** STT_* */
  readonly type: number;
  /** STV_* */
  readonly visibility: number;
  /** st_shndx; SHN_UNDEF is 0. SHN_XINDEX is already resolved. */
  readonly sectionIndex: number;
}

/** The symbols of .symtab or .dynsym, without the null one. Throws ElfError; a file without such a table has none. */
export function readSymbols(image: ElfFile, table: 'symtab' | 'dynsym' = 'symtab'): ElfSymbol[] {
  const type = table === 'symtab' ? elf.SHT_SYMTAB : elf.SHT_DYNSYM;
  const section = image.sections.find((s) => s.type === type);
  if (section) return symbolsOf(image, section);
  return table === 'dynsym' && image.sections.length === 0 ? dynamicSymbols(image) : [];
}

/** Those of a file without section headers. */
function dynamicSymbols(image: ElfFile): ElfSymbol[] {
  const table = dynamicTable(image);
  if (!table) return [];
  const strings = image.file.range(table.strings, table.stringsLenBytes, 'dynamic string table');
  return readRows(image.file, table, strings, () => elf.SHN_XINDEX);
}

/** The symbols of one symbol table section, index 1 first. */
export function symbolsOf(image: ElfFile, section: ElfSection): ElfSymbol[] {
  const { file } = image;
  const size = file.is64 ? 24 : 16;
  const what = `symbol table ${section.name}`;
  if (section.entsize !== size) throw new ElfError(`${what} has entries of ${section.entsize} bytes, not ${size}`);
  sectionBytes(image, section);
  const stringSection = image.sections[section.link];
  if (!stringSection || stringSection.type !== elf.SHT_STRTAB) throw new ElfError(`${what} has no string table`);
  const strings = sectionBytes(image, stringSection);
  const extended = image.sections.find((s) => s.type === elf.SHT_SYMTAB_SHNDX && s.link === section.index);
  const wideIndexes = extended && sectionBytes(image, extended);
  const table = { offset: section.offset, count: Math.floor(section.lenBytes / size) };
  return readRows(file, table, strings, (index) =>
    wideIndexes && wideIndexes.length >= index * 4 + 4
      ? new DataView(wideIndexes.buffer, wideIndexes.byteOffset).getUint32(index * 4, true)
      : elf.SHN_XINDEX,
  );
}

/** The rows behind the null one; `wideIndex` is asked for a section whose number does not fit. */
function readRows(
  file: FileBytes,
  { offset, count }: { readonly offset: number; readonly count: number },
  strings: Uint8Array,
  wideIndex: (index: number) => number,
): ElfSymbol[] {
  const size = file.is64 ? 24 : 16;
  const out: ElfSymbol[] = [];
  for (let i = 1; i < count; i += 1) {
    const at = offset + i * size;
    const [value, bytes, info] = file.is64 ? [at + 8, at + 16, at + 4] : [at + 4, at + 8, at + 12];
    const sectionIndex = file.u16(info + 2);
    out.push({
      name: stringAt(strings, file.u32(at)),
      // Kernel addresses and thread-local oddities round; nothing of a user's program is above 2^53.
      value: file.is64 ? Number(file.u64(value)) : file.u32(value),
      lenBytes: file.is64 ? Number(file.u64(bytes)) : file.u32(bytes),
      binding: file.u8(info) >> 4,
      type: file.u8(info) & 0xf,
      visibility: file.u8(info + 1) & 3,
      sectionIndex: sectionIndex === elf.SHN_XINDEX ? wideIndex(i) : sectionIndex,
    });
  }
  return out;
}
