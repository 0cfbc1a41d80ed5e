import type { IsaName } from '../../kernel/ports.ts';
import { isaOfMachine } from '../isa.ts';
import { FileBytes, stringAt } from './bytes.ts';
import * as elf from './constants.ts';
import { ElfError } from './error.ts';

export interface ElfHeader {
  readonly elfClass: 32 | 64;
  /** ET_REL, ET_EXEC, ET_DYN, ET_CORE. */
  readonly type: number;
  readonly machine: number;
  /** Undefined for a machine that is none of ours. */
  readonly isa: IsaName | undefined;
  readonly osAbi: number;
  readonly entry: number;
  readonly flags: number;
}

/** A program header. */
export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly physicalAddress: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  readonly align: number;
}

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly lenBytes: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entsize: number;
}

/** An ELF file, read and checked. */
export interface ElfFile {
  readonly header: ElfHeader;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  readonly file: FileBytes;
}

/** The smallest headers a file may claim, by class. */
const MIN_SIZES = {
  32: { header: 52, segment: 32, section: 40 },
  64: { header: 64, segment: 56, section: 64 },
} as const;

/**
 * Read an ELF file's header, program headers and section headers; every offset is checked. Throws ElfError for what is
 * broken, big-endian, of another version, or absurd. Contents are read on demand (sectionBytes, readSymbols, …).
 */
export function readElf(bytes: Uint8Array): ElfFile {
  const elfClass = checkIdent(bytes);
  const file = new FileBytes(bytes, elfClass === 64);
  const sizes = MIN_SIZES[elfClass];
  file.range(0, sizes.header, 'ELF header');
  if (file.u32(20) !== elf.EV_CURRENT) throw new ElfError(`unknown ELF version ${file.u32(20)}`);
  const wide = elfClass === 64;
  const machine = file.u16(18);
  const header: ElfHeader = {
    elfClass,
    type: file.u16(16),
    machine,
    isa: isaOfMachine(machine, elfClass),
    osAbi: file.u8(7),
    entry: file.native(24, 'entry address'),
    flags: file.u32(wide ? 48 : 36),
  };
  const at = wide
    ? { phoff: 32, shoff: 40, ehsize: 52, phentsize: 54, phnum: 56, shentsize: 58, shnum: 60, shstrndx: 62 }
    : { phoff: 28, shoff: 32, ehsize: 40, phentsize: 42, phnum: 44, shentsize: 46, shnum: 48, shstrndx: 50 };
  if (file.u16(at.ehsize) < sizes.header) throw new ElfError(`ELF header claims ${file.u16(at.ehsize)} bytes`);
  const phoff = file.native(at.phoff, 'offset of the program headers');
  const shoff = file.native(at.shoff, 'offset of the section headers');
  const segments = readSegments(file, phoff, file.u16(at.phnum), file.u16(at.phentsize), sizes.segment);
  const table = {
    shoff,
    shnum: file.u16(at.shnum),
    shentsize: file.u16(at.shentsize),
    shstrndx: file.u16(at.shstrndx),
  };
  return { header, segments, sections: readSections(file, table, sizes.section), file };
}

function checkIdent(bytes: Uint8Array): 32 | 64 {
  if (bytes.length === 0) throw new ElfError('the file is empty');
  if (bytes.length < elf.EI_NIDENT || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)
    throw new ElfError('not an ELF file');
  if (bytes[5] !== elf.ELFDATA2LSB)
    throw new ElfError(bytes[5] === 2 ? 'big-endian ELF files are not supported' : `unknown byte order ${bytes[5]}`);
  if (bytes[6] !== elf.EV_CURRENT) throw new ElfError(`unknown ELF version ${bytes[6]}`);
  if (bytes[4] === elf.ELFCLASS32) return 32;
  if (bytes[4] === elf.ELFCLASS64) return 64;
  throw new ElfError(`unknown ELF class ${bytes[4]}`);
}

function readSegments(file: FileBytes, phoff: number, count: number, entsize: number, minSize: number): ElfSegment[] {
  if (count === 0) return [];
  if (entsize < minSize) throw new ElfError(`program headers of ${entsize} bytes are too short`);
  file.range(phoff, count * entsize, 'program header table');
  const out: ElfSegment[] = [];
  for (let i = 0; i < count; i += 1) out.push(readSegment(file, phoff + i * entsize, i));
  return out;
}

function readSegment(file: FileBytes, at: number, index: number): ElfSegment {
  const what = `program header ${index}`;
  const [flags, offset, vaddr, paddr, filesz, memsz, align] = file.is64
    ? ([4, 8, 16, 24, 32, 40, 48] as const)
    : ([24, 4, 8, 12, 16, 20, 28] as const);
  const physical = file.is64 ? Number(file.u64(at + paddr)) : file.u32(at + paddr); // unused, and often junk
  const segment: ElfSegment = {
    type: file.u32(at),
    flags: file.u32(at + flags),
    offset: file.native(at + offset, `${what}: offset`),
    address: file.native(at + vaddr, `${what}: address`),
    physicalAddress: physical,
    fileBytes: file.native(at + filesz, `${what}: file size`),
    memoryBytes: file.native(at + memsz, `${what}: memory size`),
    align: file.native(at + align, `${what}: alignment`),
  };
  if (segment.fileBytes > 0) file.range(segment.offset, segment.fileBytes, what);
  if (segment.type === elf.PT_LOAD && segment.fileBytes > segment.memoryBytes)
    throw new ElfError(`${what} is longer in the file than in memory`);
  return segment;
}

interface SectionTable {
  readonly shoff: number;
  readonly shnum: number;
  readonly shentsize: number;
  readonly shstrndx: number;
}

function readSections(file: FileBytes, table: SectionTable, minSize: number): ElfSection[] {
  const { shoff, shentsize } = table;
  if (shoff === 0) {
    if (table.shnum !== 0) throw new ElfError(`${table.shnum} section headers, but no place for them`);
    return [];
  }
  if (shentsize < minSize) throw new ElfError(`section headers of ${shentsize} bytes are too short`);
  file.range(shoff, shentsize, 'section header table');
  const first = readSection(file, shoff, 0);
  const count = table.shnum === 0 ? first.lenBytes : table.shnum;
  if (count > file.bytes.length / shentsize) throw new ElfError(`${count} section headers do not fit the file`);
  file.range(shoff, count * shentsize, 'section header table');
  const raw: (ElfSection & { nameOffset: number })[] = [];
  for (let i = 0; i < count; i += 1) raw.push(readSection(file, shoff + i * shentsize, i));
  const namesIndex = table.shstrndx === elf.SHN_XINDEX ? first.link : table.shstrndx;
  const names = raw[namesIndex];
  if (namesIndex !== 0 && !names) throw new ElfError(`section name table is number ${namesIndex} of ${count}`);
  const strings = namesIndex === 0 || !names ? new Uint8Array(0) : contents(file, names);
  return raw.map(({ nameOffset, ...section }) => ({ ...section, name: stringAt(strings, nameOffset) }));
}

function readSection(file: FileBytes, at: number, index: number): ElfSection & { nameOffset: number } {
  const what = `section ${index}`;
  const [flags, addr, offset, size, link, info, align, entsize] = file.is64
    ? ([8, 16, 24, 32, 40, 44, 48, 56] as const)
    : ([8, 12, 16, 20, 24, 28, 32, 36] as const);
  return {
    index,
    nameOffset: file.u32(at),
    name: '',
    type: file.u32(at + 4),
    flags: file.native(at + flags, `${what}: flags`),
    address: file.native(at + addr, `${what}: address`),
    offset: file.native(at + offset, `${what}: offset`),
    lenBytes: file.native(at + size, `${what}: size`),
    link: file.u32(at + link),
    info: file.u32(at + info),
    align: file.native(at + align, `${what}: alignment`),
    entsize: file.native(at + entsize, `${what}: entry size`),
  };
}

function contents(file: FileBytes, section: ElfSection): Uint8Array {
  if (section.type === elf.SHT_NOBITS || section.type === elf.SHT_NULL) return new Uint8Array(0);
  return file.range(section.offset, section.lenBytes, `section ${section.name || section.index}`);
}

/** A section's bytes; empty for SHT_NOBITS. Throws ElfError where they lie outside the file. */
export function sectionBytes(image: ElfFile, section: ElfSection): Uint8Array {
  return contents(image.file, section);
}

/** The section of that name, or undefined. */
export function findSection(image: ElfFile, name: string): ElfSection | undefined {
  return image.sections.find((s) => s.name === name);
}
