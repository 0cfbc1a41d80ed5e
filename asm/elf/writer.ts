import type { IsaTraits } from '../isa.ts';
import * as elf from './constants.ts';

/** A section to be written. Index 0 (SHT_NULL) is made by the writer and not listed. */
export interface SectionToWrite {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Length of an SHT_NOBITS section; else that of `bytes`. */
  readonly lenBytes: number;
  readonly align: number;
  readonly link?: number;
  readonly info?: number;
  readonly entsize?: number;
  /** Where in the file; placed behind the last section if missing. */
  readonly fileOffset?: number;
}

export interface SegmentToWrite {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  readonly align: number;
}

export interface ElfToWrite {
  readonly isa: IsaTraits;
  readonly type: number;
  readonly entry: number;
  readonly segments: readonly SegmentToWrite[];
  readonly sections: readonly SectionToWrite[];
}

/** Lengths of the headers of a class. */
export const ELF_SIZES = {
  32: { header: 52, segment: 32, section: 40, symbol: 16, rel: 8, rela: 12 },
  64: { header: 64, segment: 56, section: 64, symbol: 24, rel: 16, rela: 24 },
} as const;

/** A string table under construction; equal strings share a place. */
export class StringTable {
  readonly #bytes: number[] = [0];
  readonly #known = new Map<string, number>([['', 0]]);

  add(text: string): number {
    let at = this.#known.get(text);
    if (at === undefined) {
      at = this.#bytes.length;
      this.#bytes.push(...new TextEncoder().encode(text), 0);
      this.#known.set(text, at);
    }
    return at;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Writes numbers one after the other; `word` and `address` are as wide as the class. */
export class ElfSink {
  readonly view: DataView;
  readonly is64: boolean;
  at: number;

  constructor(bytes: Uint8Array, is64: boolean, at = 0) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.is64 = is64;
    this.at = at;
  }

  u8(value: number): void {
    this.view.setUint8(this.at, value);
    this.at += 1;
  }

  u16(value: number): void {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }

  u32(value: number): void {
    this.view.setUint32(this.at, value >>> 0, true);
    this.at += 4;
  }

  u64(value: bigint): void {
    this.view.setBigUint64(this.at, BigInt.asUintN(64, value), true);
    this.at += 8;
  }

  /** Elf32_Addr or Elf64_Addr, Off, Xword. */
  native(value: number | bigint): void {
    if (this.is64) this.u64(BigInt(value));
    else this.u32(Number(BigInt.asUintN(32, BigInt(value))));
  }
}

const alignUp = (value: number, align: number): number => (align > 1 ? Math.ceil(value / align) * align : value);

/** The file: header, segment headers, sections, section headers (with a .shstrtab of its own at the end). */
export function writeElf(file: ElfToWrite): Uint8Array {
  const { isa } = file;
  const is64 = isa.elfClass === 64;
  const sizes = ELF_SIZES[isa.elfClass];
  const names = new StringTable();
  const nameOffsets = file.sections.map((s) => names.add(s.name));
  const shstrtabName = names.add('.shstrtab');
  const shstrtab = names.bytes();
  let end = sizes.header + file.segments.length * sizes.segment;
  const place = (s: SectionToWrite): number => {
    const offset = s.fileOffset ?? alignUp(end, s.align);
    if (s.type !== elf.SHT_NOBITS) end = Math.max(end, offset + s.bytes.length);
    return offset;
  };
  const all: SectionToWrite[] = [
    ...file.sections,
    {
      name: '.shstrtab',
      type: elf.SHT_STRTAB,
      flags: 0,
      address: 0,
      bytes: shstrtab,
      lenBytes: shstrtab.length,
      align: 1,
    },
  ];
  const offsets = all.map(place);
  const headersAt = alignUp(end, isa.addressBytes);
  const out = new Uint8Array(headersAt + (all.length + 1) * sizes.section);
  all.forEach((s, i) => {
    if (s.type !== elf.SHT_NOBITS) out.set(s.bytes, offsets[i]);
  });
  writeHeader(new ElfSink(out, is64), file, headersAt, all.length + 1);
  const segments = new ElfSink(out, is64, sizes.header);
  for (const segment of file.segments) writeSegment(segments, segment);
  const sink = new ElfSink(out, is64, headersAt + sizes.section);
  all.forEach((s, i) => {
    writeSection(sink, s, nameOffsets[i] ?? shstrtabName, offsets[i] ?? 0);
  });
  return out;
}

function writeHeader(sink: ElfSink, file: ElfToWrite, headersAt: number, nrSections: number): void {
  const { isa, segments } = file;
  const sizes = ELF_SIZES[isa.elfClass];
  for (const b of [
    0x7f,
    0x45,
    0x4c,
    0x46,
    sink.is64 ? elf.ELFCLASS64 : elf.ELFCLASS32,
    elf.ELFDATA2LSB,
    elf.EV_CURRENT,
  ])
    sink.u8(b);
  sink.at = elf.EI_NIDENT;
  sink.u16(file.type);
  sink.u16(isa.machine);
  sink.u32(elf.EV_CURRENT);
  sink.native(file.entry);
  sink.native(segments.length > 0 ? sizes.header : 0);
  sink.native(headersAt);
  sink.u32(isa.elfFlags);
  sink.u16(sizes.header);
  sink.u16(segments.length > 0 ? sizes.segment : 0);
  sink.u16(segments.length);
  sink.u16(sizes.section);
  sink.u16(nrSections);
  sink.u16(nrSections - 1);
}

function writeSegment(sink: ElfSink, s: SegmentToWrite): void {
  sink.u32(s.type);
  if (sink.is64) sink.u32(s.flags);
  sink.native(s.offset);
  sink.native(s.address);
  sink.native(s.address);
  sink.native(s.fileBytes);
  sink.native(s.memoryBytes);
  if (!sink.is64) sink.u32(s.flags);
  sink.native(s.align);
}

function writeSection(sink: ElfSink, s: SectionToWrite, name: number, offset: number): void {
  sink.u32(name);
  sink.u32(s.type);
  sink.native(s.flags);
  sink.native(s.address);
  sink.native(offset);
  sink.native(s.lenBytes);
  sink.u32(s.link ?? 0);
  sink.u32(s.info ?? 0);
  sink.native(s.align);
  sink.native(s.entsize ?? 0);
}

/** One row of a symbol table, ready for the file. */
export interface SymbolRow {
  readonly name: string;
  readonly value: bigint;
  readonly size: bigint;
  readonly binding: number;
  readonly type: number;
  readonly visibility: number;
  readonly sectionIndex: number;
}

/** The bytes of .symtab (with its null row) for rows that are already in ELF's order: locals first. */
export function writeSymbols(rows: readonly SymbolRow[], strings: StringTable, elfClass: 32 | 64): Uint8Array {
  const size = ELF_SIZES[elfClass].symbol;
  const out = new Uint8Array((rows.length + 1) * size);
  const sink = new ElfSink(out, elfClass === 64, size);
  for (const row of rows) {
    const info = (row.binding << 4) | row.type;
    sink.u32(strings.add(row.name));
    if (sink.is64) {
      sink.u8(info);
      sink.u8(row.visibility);
      sink.u16(row.sectionIndex);
      sink.u64(row.value);
      sink.u64(row.size);
    } else {
      sink.u32(Number(BigInt.asUintN(32, row.value)));
      sink.u32(Number(BigInt.asUintN(32, row.size)));
      sink.u8(info);
      sink.u8(row.visibility);
      sink.u16(row.sectionIndex);
    }
  }
  return out;
}
