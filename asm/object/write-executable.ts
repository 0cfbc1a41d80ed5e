import * as elf from '../elf/constants.ts';
import {
  ELF_SIZES,
  type SectionToWrite,
  type SegmentToWrite,
  StringTable,
  type SymbolRow,
  writeElf,
  writeSymbols,
} from '../elf/writer.ts';
import { isaTraits } from '../isa.ts';
import type { LinkedImage, LinkedSection, LinkedSymbol, LinkOptions } from './image.ts';
import { linkObjects, segmentOf } from './link.ts';
import type { AssembledObject } from './object.ts';
import { BINDINGS, SYMBOL_TYPES, VISIBILITIES } from './symbol-rows.ts';

const SEGMENT_FLAGS = [elf.PF_R | elf.PF_X, elf.PF_R, elf.PF_R | elf.PF_W] as const;

/** Link objects to a static executable. Throws LinkError. */
export function linkExecutable(objects: readonly AssembledObject[], options: LinkOptions = {}): Uint8Array {
  return writeExecutable(linkObjects(objects, { ...options, flat: false }));
}

/** The ELF file (ET_EXEC) of a linked image, with .symtab for debuggers. */
export function writeExecutable(image: LinkedImage): Uint8Array {
  const isa = isaTraits(image.isa);
  const groups = [0, 1, 2].map((n) => image.sections.filter((s) => segmentOf(s.flags) === n));
  const loads: SegmentToWrite[] = [];
  const sections: SectionToWrite[] = [];
  const fileOffset = new Map<LinkedSection, number>();
  let end = 0;
  groups.forEach((group, n) => {
    const [first] = group;
    if (!first) return;
    // The first segment holds the headers; every other starts where offset and address agree modulo the page.
    const address = loads.length === 0 ? image.base : first.address;
    const offset = loads.length === 0 ? 0 : alignTo(end, address, isa.pageSize);
    for (const section of group) fileOffset.set(section, offset + section.address - address);
    const memoryEnd = Math.max(...group.map((s) => s.address + s.lenBytes));
    const stored = group.filter((s) => s.type !== elf.SHT_NOBITS);
    const fileEnd = Math.max(address, ...stored.map((s) => s.address + s.lenBytes));
    end = offset + fileEnd - address;
    loads.push({
      type: elf.PT_LOAD,
      flags: SEGMENT_FLAGS[n] ?? elf.PF_R,
      offset,
      address,
      fileBytes: fileEnd - address,
      memoryBytes: memoryEnd - address,
      align: isa.pageSize,
    });
  });
  for (const s of image.sections) sections.push({ ...s, fileOffset: fileOffset.get(s) ?? 0 });
  const stack: SegmentToWrite = {
    type: elf.PT_GNU_STACK,
    flags: elf.PF_R | elf.PF_W,
    offset: 0,
    address: 0,
    fileBytes: 0,
    memoryBytes: 0,
    align: 16,
  };
  appendSymbols(sections, image);
  return writeElf({ isa, type: elf.ET_EXEC, entry: image.entry, segments: [...loads, stack], sections });
}

/** The first file offset from `end` on that lies in its page as `address` does. */
function alignTo(end: number, address: number, pageSize: number): number {
  const want = address % pageSize;
  const page = end - (end % pageSize);
  return page + want >= end ? page + want : page + pageSize + want;
}

function appendSymbols(sections: SectionToWrite[], image: LinkedImage): void {
  const isa = isaTraits(image.isa);
  const strings = new StringTable();
  const sorted = [
    ...image.symbols.filter((s) => s.binding === 'local'),
    ...image.symbols.filter((s) => s.binding !== 'local'),
  ];
  const bytes = writeSymbols(sorted.map(symbolRow), strings, isa.elfClass);
  const strtab = strings.bytes();
  const index = sections.length + 1;
  const plain = { flags: 0, address: 0 };
  sections.push(
    {
      ...plain,
      name: '.symtab',
      type: elf.SHT_SYMTAB,
      bytes,
      lenBytes: bytes.length,
      align: isa.addressBytes,
      link: index + 1,
      info: sorted.filter((s) => s.binding === 'local').length + 1,
      entsize: ELF_SIZES[isa.elfClass].symbol,
    },
    { ...plain, name: '.strtab', type: elf.SHT_STRTAB, bytes: strtab, lenBytes: strtab.length, align: 1 },
  );
}

function symbolRow(symbol: LinkedSymbol): SymbolRow {
  return {
    name: symbol.name,
    value: BigInt(symbol.address) | (symbol.thumb ? 1n : 0n),
    size: BigInt(symbol.lenBytes),
    binding: BINDINGS[symbol.binding],
    type: SYMBOL_TYPES[symbol.type],
    visibility: VISIBILITIES[symbol.visibility],
    sectionIndex: symbol.section < 0 ? elf.SHN_ABS : symbol.section + 1,
  };
}
