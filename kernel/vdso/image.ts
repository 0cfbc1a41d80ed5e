import { ET_DYN, PF_R, PF_X, PT_DYNAMIC, PT_LOAD } from '../abi/elf.ts';
import { cString, writeU32, writeU64 } from '../bytes.ts';
import { bytesOf, type VdsoFunction } from './code.ts';
import { ehFrames, type FrameRegisters, type PlacedFunction } from './frames.ts';
import { type SectionTable, type Span, sectionTable, TEXT_SECTION } from './sections.ts';

/**
 * The vDSO as a C library and a debugger find it: a shared object of one page, linked to 0, with its dynamic symbols, their
 * versions, its sections and, for unwinders, .eh_frame_hdr. Made when the kernel is loaded, from the functions of the ISA.
 * ELF specification; Linux: arch/x86/entry/vdso/vdso-layout.lds.S.
 */
export interface VdsoSource {
  readonly wordBytes: 4 | 8;
  readonly elfMachine: number;
  readonly elfFlags: number;
  /** linux-vdso.so.1, linux-gate.so.1. */
  readonly soname: string;
  readonly functions: readonly VdsoFunction[];
  /** Where there is no .eh_frame, null. */
  readonly frames: FrameRegisters | null;
}

export interface VdsoImage {
  readonly bytes: Uint8Array;
  /** Offset of each symbol. */
  readonly symbols: ReadonlyMap<string, number>;
}

const PAGE = 4096;
const PT_GNU_EH_FRAME = 0x6474_e550;
const DT = { hash: 4, strtab: 5, symtab: 6, strsz: 10, syment: 11, soname: 14, versym: 0x6fff_fff0 } as const;
const DT_VERDEF = 0x6fff_fffc;
const DT_VERDEFNUM = 0x6fff_fffd;
const FUNC_GLOBAL = 0x12;
const FUNC_WEAK = 0x22;
const ALIGN_CODE = 16;
/** verdef with its one verdaux. */
const VERDEF_BYTES = 28;

interface Symbol {
  readonly name: string;
  readonly at: number;
  readonly lenBytes: number;
  readonly version: string;
  readonly info: number;
}

export function buildVdso(source: VdsoSource): VdsoImage {
  const is64 = source.wordBytes === 8;
  const [headBytes, phBytes] = is64 ? [64, 56] : [52, 32];
  const nrHeaders = source.frames ? 3 : 2;
  const placed = placeFunctions(source.functions);
  const symbols = symbolsOf(placed);
  const page = new Page(headBytes + phBytes * nrHeaders, placed);
  const names = new Names();
  const versions = [...new Set(source.functions.map(({ version }) => version))];
  const soname = names.of(source.soname);
  const symtab = page.put(symbolTable(symbols, names, is64));
  const versym = page.put(versionsOf(symbols, versions));
  const verdef = page.put(verdefs([source.soname, ...versions], names));
  const hash = page.put(hashTable(symbols.length));
  const strtab = page.put(names.bytes(), 1);
  const dynamicWords = [
    ...[DT.hash, hash.at, DT.strtab, strtab.at, DT.strsz, strtab.lenBytes],
    ...[DT.symtab, symtab.at, DT.syment, is64 ? 24 : 16],
    ...[DT.soname, soname, DT.versym, versym.at, DT_VERDEF, verdef.at, DT_VERDEFNUM, versions.length + 1, 0, 0],
  ];
  const dynamic = page.put(words(dynamicWords, is64));
  const segments: Segment[] = [
    { type: PT_LOAD, flags: PF_R | PF_X, at: 0, lenBytes: PAGE, align: PAGE },
    { type: PT_DYNAMIC, flags: PF_R, ...dynamic, align: source.wordBytes },
  ];
  let frameHeader: Span | null = null;
  let frames: Span | null = null;
  if (source.frames) {
    const start = Math.ceil(page.at / 4) * 4;
    const { bytes, headerBytes } = ehFrames(start, placed, source.frames);
    page.put(bytes, 4);
    segments.push({ type: PT_GNU_EH_FRAME, flags: PF_R, at: start, lenBytes: bytes.length, align: 4 });
    frameHeader = { at: start, lenBytes: headerBytes };
    frames = { at: start + headerBytes, lenBytes: bytes.length - headerBytes };
  }
  const tables = { symbols: symtab, strings: strtab, dynamic };
  const sections = sectionTable({ is64, text: page.text, ...tables, frameHeader, frames }, page.at);
  page.put(sections.bytes, 1);
  page.bytes.set(elfHeader(source, headBytes, phBytes, segments.length, sections));
  segments.forEach((segment, i) => {
    page.bytes.set(programHeader(segment, is64), headBytes + i * phBytes);
  });
  return { bytes: page.bytes, symbols: new Map(symbols.map((symbol) => [symbol.name, symbol.at])) };
}

/** The code at its end, what else there is from `at` on. */
class Page {
  readonly bytes = new Uint8Array(PAGE);
  readonly text: Span;
  at: number;
  constructor(at: number, placed: readonly PlacedFunction[]) {
    for (const one of placed) this.bytes.set(bytesOf(one.function.lines), one.at);
    const codeAt = placed[0]?.at ?? PAGE;
    this.text = { at: codeAt, lenBytes: PAGE - codeAt };
    this.at = at;
  }
  put(bytes: Uint8Array, align = 8): Span {
    const start = Math.ceil(this.at / align) * align;
    if (start + bytes.length > this.text.at) throw new Error('the vDSO does not fit its page');
    this.bytes.set(bytes, start);
    this.at = start + bytes.length;
    return { at: start, lenBytes: bytes.length };
  }
}

/** The code lies at the end of the page. */
function placeFunctions(functions: readonly VdsoFunction[]): PlacedFunction[] {
  const lengths = functions.map(({ lines }) => bytesOf(lines).length);
  const total = lengths.reduce((sum, length) => sum + Math.ceil(length / ALIGN_CODE) * ALIGN_CODE, 0);
  let at = PAGE - total;
  return functions.map((one, i) => {
    const lenBytes = lengths[i] ?? 0;
    const placed = { at, lenBytes, function: one };
    at += Math.ceil(lenBytes / ALIGN_CODE) * ALIGN_CODE;
    return placed;
  });
}

/** The first name of a function is strong, the others are weak. */
function symbolsOf(placed: readonly PlacedFunction[]): Symbol[] {
  return placed.flatMap(({ at, lenBytes, function: { names, version } }) =>
    names.map((name, i) => ({ name, at, lenBytes, version, info: i === 0 ? FUNC_GLOBAL : FUNC_WEAK })),
  );
}

class Names {
  text = [''];
  lenBytes = 1;
  of(name: string): number {
    const at = this.lenBytes;
    this.text.push(name);
    this.lenBytes += name.length + 1;
    return at;
  }
  bytes(): Uint8Array {
    return cString(this.text.join('\0'));
  }
}

function symbolTable(symbols: readonly Symbol[], names: Names, is64: boolean): Uint8Array {
  const entry = is64 ? 24 : 16;
  const out = new Uint8Array((symbols.length + 1) * entry);
  symbols.forEach(({ name, at, lenBytes, info }, i) => {
    const base = (i + 1) * entry;
    writeU32(out, base, names.of(name));
    const infoAt = base + (is64 ? 4 : 12);
    out[infoAt] = info;
    out[infoAt + 2] = TEXT_SECTION;
    if (is64) {
      writeU64(out, base + 8, at);
      writeU64(out, base + 16, lenBytes);
    } else {
      writeU32(out, base + 4, at);
      writeU32(out, base + 8, lenBytes);
    }
  });
  return out;
}

/** Indexes of versions: 1 is the object itself. */
function versionsOf(symbols: readonly Symbol[], versions: readonly string[]): Uint8Array {
  const out = new Uint8Array((symbols.length + 1) * 2);
  symbols.forEach(({ version }, i) => {
    out[(i + 1) * 2] = 2 + versions.indexOf(version);
  });
  return out;
}

/** Elf_Verdef: version 1, flags (1 for the object), index, count, hash, offset of the name's record, offset of the next. */
function verdefs(all: readonly string[], names: Names): Uint8Array {
  const out = new Uint8Array(all.length * VERDEF_BYTES);
  all.forEach((name, i) => {
    const at = i * VERDEF_BYTES;
    out[at] = 1;
    out[at + 2] = i === 0 ? 1 : 0;
    out[at + 4] = i + 1;
    out[at + 6] = 1;
    writeU32(out, at + 8, elfHash(name));
    writeU32(out, at + 12, 20);
    writeU32(out, at + 16, i + 1 < all.length ? VERDEF_BYTES : 0);
    writeU32(out, at + 20, names.of(name));
  });
  return out;
}

function elfHash(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    hash = ((hash << 4) + name.charCodeAt(i)) >>> 0;
    const high = hash & 0xf000_0000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}

/** One bucket with all symbols. */
function hashTable(nrSymbols: number): Uint8Array {
  const chain = Array.from({ length: nrSymbols + 1 }, (_, i) => (i > 0 && i < nrSymbols ? i + 1 : 0));
  return words([1, nrSymbols + 1, nrSymbols > 0 ? 1 : 0, ...chain], false);
}

function words(values: readonly number[], is64: boolean): Uint8Array {
  const out = new Uint8Array(values.length * (is64 ? 8 : 4));
  values.forEach((value, i) => {
    if (is64) writeU64(out, i * 8, value);
    else writeU32(out, i * 4, value);
  });
  return out;
}

interface Segment extends Span {
  readonly type: number;
  readonly flags: number;
  readonly align: number;
}

function programHeader({ type, flags, at, lenBytes, align }: Segment, is64: boolean): Uint8Array {
  if (!is64) return words([type, at, at, at, lenBytes, lenBytes, flags, align], false);
  const out = words([0, at, at, at, lenBytes, lenBytes, align], true);
  writeU32(out, 0, type);
  writeU32(out, 4, flags);
  return out;
}

function elfHeader(
  source: VdsoSource,
  headBytes: number,
  phBytes: number,
  nrHeaders: number,
  sections: SectionTable,
): Uint8Array {
  const is64 = source.wordBytes === 8;
  const out = new Uint8Array(headBytes);
  out.set([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, 1, 1]);
  const u16 = (at: number, value: number): void => out.set([value & 0xff, value >> 8], at);
  u16(16, ET_DYN);
  u16(18, source.elfMachine);
  writeU32(out, 20, 1);
  // No entry; the program headers follow this one.
  if (is64) {
    writeU64(out, 32, headBytes);
    writeU64(out, 40, sections.headersAt);
  } else {
    writeU32(out, 28, headBytes);
    writeU32(out, 32, sections.headersAt);
  }
  const flagsAt = is64 ? 48 : 36;
  writeU32(out, flagsAt, source.elfFlags);
  u16(flagsAt + 4, headBytes);
  u16(flagsAt + 6, phBytes);
  u16(flagsAt + 8, nrHeaders);
  u16(flagsAt + 10, is64 ? 64 : 40);
  u16(flagsAt + 12, sections.nrSections);
  u16(flagsAt + 14, sections.namesIndex);
  return out;
}
