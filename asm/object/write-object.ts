import * as elf from '../elf/constants.ts';
import {
  ELF_SIZES,
  ElfSink,
  type SectionToWrite,
  StringTable,
  type SymbolRow,
  writeElf,
  writeSymbols,
} from '../elf/writer.ts';
import { type IsaTraits, isaTraits } from '../isa.ts';
import { armAttributes } from './arm-attributes.ts';
import type { AssembledObject, ObjectSection, ObjectSymbol } from './object.ts';
import { relocationType } from './relocations.ts';
import { BINDINGS, SYMBOL_TYPES, VISIBILITIES } from './symbol-rows.ts';

/** A relocatable ELF object (ET_REL), as `ld`, `ld.lld` and objdump read it. */
export function writeObject(object: AssembledObject): Uint8Array {
  const isa = isaTraits(object.isa);
  // ELF wants locals first: a relocation may have named a local label last.
  const order = object.symbols
    .map((_, i) => i)
    .sort((a, b) => rank(object.symbols[a]) - rank(object.symbols[b]) || a - b);
  const newIndex = new Map(order.map((old, i) => [old, i + 1]));
  const contents = object.sections.map((s) => withAddends(isa, s));
  const withRelocations = object.sections.map((s, i) => ({ s, i })).filter(({ s }) => s.relocations.length > 0);
  const attributes = object.isa === 'arm' ? 1 : 0;
  const groups = new Set(object.sections.flatMap((s) => s.group ?? []));
  const symtabIndex = object.sections.length + withRelocations.length + attributes + groups.size + 2;
  const strings = new StringTable();
  const rows = order.map((i) => symbolRow(object.symbols[i])).filter((row) => row !== null);
  const symbols = writeSymbols(rows, strings, isa.elfClass);
  const nrLocals = rows.filter((row) => row.binding === elf.STB_LOCAL).length + 1;
  const plain = { flags: 0, address: 0 };
  const sections: SectionToWrite[] = [
    ...object.sections.map((s, i) => ({ ...s, address: 0, bytes: contents[i] ?? s.bytes })),
    ...withRelocations.map(({ s, i }) => relocationSection(isa, s, i + 1, symtabIndex, newIndex)),
    ...(attributes ? [armAttributes()] : []),
    ...[...groups].map((name) => groupSection(object, name, symtabIndex, newIndex)),
    { ...plain, name: '.note.GNU-stack', type: elf.SHT_PROGBITS, bytes: new Uint8Array(0), lenBytes: 0, align: 1 },
    {
      ...plain,
      name: '.symtab',
      type: elf.SHT_SYMTAB,
      bytes: symbols,
      lenBytes: symbols.length,
      align: isa.addressBytes,
      link: symtabIndex + 1,
      info: nrLocals,
      entsize: ELF_SIZES[isa.elfClass].symbol,
    },
  ];
  const strtab = strings.bytes();
  sections.push({ ...plain, name: '.strtab', type: elf.SHT_STRTAB, bytes: strtab, lenBytes: strtab.length, align: 1 });
  return writeElf({ isa, type: elf.ET_REL, entry: 0, segments: [], sections });
}

const rank = (symbol: ObjectSymbol | undefined): number => (symbol?.binding === 'local' ? 0 : 1);

function symbolRow(symbol: ObjectSymbol | undefined): SymbolRow | null {
  if (!symbol) return null;
  const reserved = { undefined: elf.SHN_UNDEF, absolute: elf.SHN_ABS, common: elf.SHN_COMMON };
  const { section } = symbol;
  return {
    name: symbol.name,
    value: symbol.value | (symbol.thumb ? 1n : 0n),
    size: symbol.size,
    binding: BINDINGS[symbol.binding],
    type: SYMBOL_TYPES[symbol.type],
    visibility: VISIBILITIES[symbol.visibility],
    sectionIndex: typeof section === 'number' ? section + 1 : reserved[section],
  };
}

/** REL objects keep the addends in the fields themselves. */
function withAddends(isa: IsaTraits, section: ObjectSection): Uint8Array {
  if (isa.rela || section.relocations.length === 0) return section.bytes;
  const bytes = section.bytes.slice();
  for (const { offset, type, addend } of section.relocations)
    relocationType(isa.name, type)?.kind?.write(bytes, offset, lowHalfAddend(type, addend));
  return bytes;
}

/** MOVW and MOVT store the same 16-bit addend: shift it to where MOVT's field is filled from. */
function lowHalfAddend(type: number, addend: bigint): bigint {
  const isTop = type === 44 || type === 48; // R_ARM_MOVT_ABS, R_ARM_THM_MOVT_ABS
  return isTop ? addend << 16n : addend;
}

/** SHT_GROUP: a COMDAT flag and the indexes of the members; its name is that of a symbol. */
function groupSection(
  object: AssembledObject,
  name: string,
  symtab: number,
  newIndex: ReadonlyMap<number, number>,
): SectionToWrite {
  const members = object.sections.flatMap((s, i) => (s.group === name ? [i + 1] : []));
  const words = Uint32Array.from([elf.GRP_COMDAT, ...members]);
  const signature = object.symbols.findIndex((s) => s.name === name);
  return {
    name: '.group',
    type: elf.SHT_GROUP,
    flags: 0,
    address: 0,
    bytes: new Uint8Array(words.buffer),
    lenBytes: words.byteLength,
    align: 4,
    link: symtab,
    info: newIndex.get(signature) ?? 0,
    entsize: 4,
  };
}

function relocationSection(
  isa: IsaTraits,
  section: ObjectSection,
  target: number,
  symtab: number,
  newIndex: ReadonlyMap<number, number>,
): SectionToWrite {
  const sizes = ELF_SIZES[isa.elfClass];
  const entsize = isa.rela ? sizes.rela : sizes.rel;
  const bytes = new Uint8Array(section.relocations.length * entsize);
  const sink = new ElfSink(bytes, isa.elfClass === 64);
  for (const { offset, type, symbol, addend } of section.relocations) {
    const index = symbol < 0 ? 0 : (newIndex.get(symbol) ?? 0);
    sink.native(offset);
    sink.native(isa.elfClass === 64 ? (BigInt(index) << 32n) | BigInt(type) : index * 256 + type);
    if (isa.rela) sink.native(addend);
  }
  return {
    name: `${isa.rela ? '.rela' : '.rel'}${section.name}`,
    type: isa.rela ? elf.SHT_RELA : elf.SHT_REL,
    flags: elf.SHF_INFO_LINK,
    address: 0,
    bytes,
    lenBytes: bytes.length,
    align: isa.addressBytes,
    link: symtab,
    info: target,
    entsize,
  };
}
