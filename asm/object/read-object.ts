import * as elf from '../elf/constants.ts';
import { ElfError } from '../elf/error.ts';
import { type ElfFile, type ElfSection, readElf, sectionBytes } from '../elf/reader.ts';
import { readRelocations } from '../elf/relocations.ts';
import { type ElfSymbol, symbolsOf } from '../elf/symbols.ts';
import { type IsaTraits, isaTraits } from '../isa.ts';
import type { AssembledObject, ObjectSection, ObjectSymbol, Relocation } from './object.ts';
import { relocationType } from './relocations.ts';
import { BINDINGS, SYMBOL_TYPES, VISIBILITIES } from './symbol-rows.ts';

/**
 * A relocatable ELF object (ET_REL) of a compiler, as if it had been assembled here. Only what is loaded is kept, and ARM's
 * unwinding tables are left out. Throws ElfError.
 */
export function readObject(file: string, bytes: Uint8Array): AssembledObject {
  const image = readElf(bytes);
  const { isa: name, type } = image.header;
  if (type !== elf.ET_REL) throw new ElfError('not a relocatable object');
  if (!name) throw new ElfError(`an object for machine ${image.header.machine}`);
  const isa = isaTraits(name);
  const table = image.sections.find((s) => s.type === elf.SHT_SYMTAB);
  const symbols = table ? symbolsOf(image, table) : [];
  const groups = groupNames(image, symbols);
  const kept = image.sections.filter((s) => s.flags & elf.SHF_ALLOC && s.type !== elf.SHT_ARM_EXIDX);
  const newIndex = new Map(kept.map((s, i) => [s.index, i]));
  return {
    isa: name,
    file,
    sections: kept.map((s) => objectSection(image, isa, s, groups.get(s.index) ?? null)),
    symbols: symbols.map((s) => objectSymbol(isa, s, newIndex)),
    lines: [],
  };
}

function objectSection(image: ElfFile, isa: IsaTraits, section: ElfSection, group: string | null): ObjectSection {
  const { name, type, flags, entsize, align, lenBytes } = section;
  const bytes = sectionBytes(image, section).slice();
  const relocations = image.sections
    .filter((s) => (s.type === elf.SHT_REL || s.type === elf.SHT_RELA) && s.info === section.index)
    .flatMap((s) => relocationsOf(image, isa, s, bytes));
  return { name, type, flags, entsize, align: Math.max(1, align), lenBytes, bytes, group, relocations };
}

/** Addends of REL stand in the fields. */
function relocationsOf(image: ElfFile, isa: IsaTraits, section: ElfSection, bytes: Uint8Array): Relocation[] {
  return readRelocations(image, section).map(({ offset, type, symbol, addend }) => ({
    offset,
    type,
    symbol: symbol - 1,
    addend: addend ?? relocationType(isa.name, type)?.kind?.read(bytes, offset) ?? 0n,
  }));
}

function objectSymbol(isa: IsaTraits, symbol: ElfSymbol, newIndex: ReadonlyMap<number, number>): ObjectSymbol {
  const type = keyOf(SYMBOL_TYPES, symbol.type) ?? 'notype';
  const thumb = isa.name === 'arm' && type === 'function' && (symbol.value & 1) === 1;
  return {
    name: symbol.name,
    section: placeOf(symbol.sectionIndex, newIndex),
    value: BigInt(thumb ? symbol.value - 1 : symbol.value),
    size: BigInt(symbol.lenBytes),
    binding: keyOf(BINDINGS, symbol.binding) ?? 'global',
    type,
    visibility: keyOf(VISIBILITIES, symbol.visibility) ?? 'default',
    thumb,
  };
}

/** A symbol of a section that is not kept stands nowhere. */
function placeOf(index: number, newIndex: ReadonlyMap<number, number>): ObjectSymbol['section'] {
  if (index === elf.SHN_ABS) return 'absolute';
  if (index === elf.SHN_COMMON) return 'common';
  return newIndex.get(index) ?? 'undefined';
}

function keyOf<K extends string>(table: Readonly<Record<K, number>>, value: number): K | undefined {
  return (Object.keys(table) as K[]).find((key) => table[key] === value);
}

/** The name of each section's COMDAT group, by section number. */
function groupNames(image: ElfFile, symbols: readonly ElfSymbol[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const section of image.sections) {
    if (section.type !== elf.SHT_GROUP) continue;
    const bytes = sectionBytes(image, section);
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 4 || !(words.getUint32(0, true) & elf.GRP_COMDAT)) continue;
    const name = symbols[section.info - 1]?.name ?? '';
    for (let at = 4; at + 4 <= bytes.length; at += 4) names.set(words.getUint32(at, true), name);
  }
  return names;
}
