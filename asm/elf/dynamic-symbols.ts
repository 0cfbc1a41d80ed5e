import { PT_DYNAMIC, PT_LOAD } from './constants.ts';
import type { ElfFile } from './reader.ts';

const DT = { hash: 4, strtab: 5, symtab: 6, strsz: 10 } as const;

/** Where the dynamic symbols of a file stand, by its program headers alone: offsets in the file. */
export interface DynamicTable {
  readonly offset: number;
  readonly count: number;
  readonly strings: number;
  readonly stringsLenBytes: number;
}

/**
 * The symbols that PT_DYNAMIC leads to: a file without section headers has them still, the vDSO among them. Null where there are
 * none, or where only a hash table of GNU's kind would tell their number. Throws ElfError. gABI, chapter 5.
 */
export function dynamicTable({ segments, file }: ElfFile): DynamicTable | null {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return null;
  const wordBytes = file.is64 ? 8 : 4;
  const values = new Map<number, number>();
  const end = dynamic.offset + dynamic.fileBytes;
  for (let at = dynamic.offset; at + 2 * wordBytes <= end; at += 2 * wordBytes) {
    const tag = file.native(at, 'tag of a dynamic entry');
    if (tag === 0) break;
    if (tag < 0x20) values.set(tag, file.native(at + wordBytes, 'value of a dynamic entry'));
  }
  const offsetOf = (tag: number): number | null => {
    const address = values.get(tag) ?? -1;
    const load = segments.find(
      (one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.fileBytes,
    );
    return load ? address - load.address + load.offset : null;
  };
  const [offset, strings, hash] = [offsetOf(DT.symtab), offsetOf(DT.strtab), offsetOf(DT.hash)];
  if (offset === null || strings === null || hash === null) return null;
  // nchain: the number of symbols.
  const count = file.u32(hash + 4);
  const entryBytes = file.is64 ? 24 : 16;
  file.range(offset, count * entryBytes, 'dynamic symbol table');
  return { offset, count, strings, stringsLenBytes: values.get(DT.strsz) ?? 0 };
}
