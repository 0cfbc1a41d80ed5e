import { SHF_ALLOC, SHF_EXECINSTR, SHT_DYNAMIC, SHT_DYNSYM, SHT_PROGBITS, SHT_STRTAB } from '../abi/elf.ts';
import { cString, writeU32, writeU64 } from '../bytes.ts';

/**
 * The section headers of the vDSO: dietlibc finds its functions by them, as they are mapped on Linux too.
 * ELF specification; Linux: arch/x86/entry/vdso/vdso-layout.lds.S.
 */
interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly at: number;
  readonly lenBytes: number;
  /** Name of the section that this one refers to. */
  readonly link?: string;
  readonly info?: number;
  readonly align: number;
  readonly entryBytes?: number;
}

export interface Span {
  readonly at: number;
  readonly lenBytes: number;
}

/** Where the parts of the image lie. */
export interface Layout {
  readonly is64: boolean;
  readonly text: Span;
  readonly symbols: Span;
  readonly strings: Span;
  readonly dynamic: Span;
  readonly frameHeader: Span | null;
  readonly frames: Span | null;
}

export interface SectionTable {
  /** The names of the sections, then the headers. */
  readonly bytes: Uint8Array;
  readonly headersAt: number;
  readonly nrSections: number;
  /** Index of the section with the names. */
  readonly namesIndex: number;
}

/** Index of .text, which every symbol names as its section. */
export const TEXT_SECTION = 1;

/** The table, to stand at `at`. */
export function sectionTable(layout: Layout, at: number): SectionTable {
  const sections = sectionsOf(layout);
  const names = cString(['', ...sections.map(({ name }) => name), '.shstrtab'].join('\0'));
  const all = [...sections, { name: '.shstrtab', type: SHT_STRTAB, flags: 0, at, lenBytes: names.length, align: 1 }];
  const headBytes = layout.is64 ? 64 : 40;
  const headersAt = Math.ceil((at + names.length) / 8) * 8;
  const bytes = new Uint8Array(headersAt - at + (all.length + 1) * headBytes);
  bytes.set(names);
  let nameAt = 1;
  all.forEach((section, i) => {
    const link = 1 + all.findIndex(({ name }) => name === section.link);
    bytes.set(header(section, nameAt, link, layout.is64), headersAt - at + (i + 1) * headBytes);
    nameAt += section.name.length + 1;
  });
  return { bytes, nrSections: all.length + 1, namesIndex: all.length, headersAt };
}

function sectionsOf({ is64, text, symbols, strings, dynamic, frameHeader, frames }: Layout): Section[] {
  const word = is64 ? 8 : 4;
  const inMemory = { flags: SHF_ALLOC };
  return [
    { name: '.text', type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_EXECINSTR, ...text, align: 16 },
    // The first symbol that is not local is the one behind the empty one.
    {
      ...{ name: '.dynsym', type: SHT_DYNSYM, ...inMemory, ...symbols, link: '.dynstr', info: 1 },
      ...{ align: word, entryBytes: is64 ? 24 : 16 },
    },
    { name: '.dynstr', type: SHT_STRTAB, ...inMemory, ...strings, align: 1 },
    {
      ...{ name: '.dynamic', type: SHT_DYNAMIC, ...inMemory, ...dynamic, link: '.dynstr' },
      ...{ align: word, entryBytes: 2 * word },
    },
    ...(frameHeader ? [{ name: '.eh_frame_hdr', type: SHT_PROGBITS, ...inMemory, ...frameHeader, align: 4 }] : []),
    ...(frames ? [{ name: '.eh_frame', type: SHT_PROGBITS, ...inMemory, ...frames, align: 4 }] : []),
  ];
}

/** An image is linked to 0: what is in memory has its offset as its address. */
function header(section: Section, nameAt: number, link: number, is64: boolean): Uint8Array {
  const { type, flags, at, lenBytes, info = 0, align, entryBytes = 0 } = section;
  const out = new Uint8Array(is64 ? 64 : 40);
  const addr = flags & SHF_ALLOC ? at : 0;
  writeU32(out, 0, nameAt);
  writeU32(out, 4, type);
  if (is64) {
    [flags, addr, at, lenBytes].forEach((value, i) => void writeU64(out, 8 + i * 8, value));
    [link, info].forEach((value, i) => void writeU32(out, 40 + i * 4, value));
    [align, entryBytes].forEach((value, i) => void writeU64(out, 48 + i * 8, value));
  } else {
    [flags, addr, at, lenBytes, link, info, align, entryBytes].forEach(
      (value, i) => void writeU32(out, 8 + i * 4, value),
    );
  }
  return out;
}
