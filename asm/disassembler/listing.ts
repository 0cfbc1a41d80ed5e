import type { IsaName } from '../../kernel/ports.ts';
import { PF_X, PT_LOAD, SHF_EXECINSTR, SHT_NOBITS } from '../elf/constants.ts';
import { ElfError } from '../elf/error.ts';
import { type ElfFile, readElf, sectionBytes } from '../elf/reader.ts';
import { type MappingState, SymbolTable, type TableSymbol } from '../elf/symbol-table.ts';
import type { X86Syntax } from './capstone.ts';
import { type Disassembler, loadDisassembler } from './disassemble.ts';

export interface ListingOptions {
  /** x86; AT&T unless said otherwise. */
  readonly syntax?: X86Syntax;
  /** Only these symbols, in this order. */
  readonly symbols?: readonly string[];
  /** Only this section; all that hold code unless said otherwise. */
  readonly section?: string;
}

/** A line of a listing. */
export type ListingLine =
  | { readonly kind: 'section'; readonly name: string }
  | { readonly kind: 'label'; readonly address: number; readonly name: string }
  | { readonly kind: 'instruction'; readonly address: number; readonly bytes: Uint8Array; readonly text: string }
  | { readonly kind: 'data'; readonly address: number; readonly bytes: Uint8Array; readonly text: string };

interface Area {
  readonly name: string;
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Disassemble an ELF file's code. Throws ElfError for a broken file, another machine's, or an unknown symbol or section. */
export async function disassembleElf(bytes: Uint8Array, options: ListingOptions = {}): Promise<ListingLine[]> {
  const image = readElf(bytes);
  const { isa } = image.header;
  if (!isa) throw new ElfError(`machine ${image.header.machine} is not i386, x86-64 or ARM`);
  const table = SymbolTable.fromElf(image);
  const areas = chooseAreas(image, table, options);
  return new Listing(await loadDisassembler(), isa, image, table, options.syntax ?? 'att').lines(areas);
}

function chooseAreas(image: ElfFile, table: SymbolTable, options: ListingOptions): Area[] {
  const sections = codeAreas(image, options.section);
  if (!options.symbols || options.symbols.length === 0) return sections;
  return options.symbols.map((name) => {
    const symbol = table.lookup(name);
    if (!symbol) throw new ElfError(`no symbol '${name}'`);
    const area = sections.find((a) => symbol.address >= a.address && symbol.address < a.address + a.bytes.length);
    if (!area) throw new ElfError(`'${name}' is not in a section that holds code`);
    const start = symbol.address - area.address;
    const lenBytes = symbol.lenBytes || extent(table, symbol, area);
    return { name: area.name, address: symbol.address, bytes: area.bytes.subarray(start, start + lenBytes) };
  });
}

/** Up to the next symbol that is not a local label of the same routine. */
function extent(table: SymbolTable, symbol: TableSymbol, area: Area): number {
  const next = table.all().find((s) => s.address > symbol.address && (s.global || s.kind === 'function'));
  return Math.min(next?.address ?? Infinity, area.address + area.bytes.length) - symbol.address;
}

function codeAreas(image: ElfFile, name: string | undefined): Area[] {
  if (image.sections.length === 0) {
    if (name !== undefined) throw new ElfError('the file has no sections');
    const loads = image.segments.filter((s) => s.type === PT_LOAD && s.flags & PF_X);
    return loads.map((s, i) => ({
      name: `segment ${i}`,
      address: s.address,
      bytes: image.file.range(s.offset, s.fileBytes, 'segment'),
    }));
  }
  const chosen = image.sections.filter((s) =>
    name === undefined ? s.flags & SHF_EXECINSTR && s.lenBytes > 0 : s.name === name,
  );
  if (chosen.length === 0) throw new ElfError(name === undefined ? 'the file holds no code' : `no section '${name}'`);
  return chosen
    .filter((s) => s.type !== SHT_NOBITS)
    .map((s) => ({ name: s.name, address: s.address, bytes: sectionBytes(image, s) }));
}

class Listing {
  readonly #disassembler: Disassembler;
  readonly #isa: IsaName;
  readonly #image: ElfFile;
  readonly #table: SymbolTable;
  readonly #syntax: X86Syntax;

  constructor(disassembler: Disassembler, isa: IsaName, image: ElfFile, table: SymbolTable, syntax: X86Syntax) {
    this.#disassembler = disassembler;
    this.#isa = isa;
    this.#image = image;
    this.#table = table;
    this.#syntax = syntax;
  }

  lines(areas: readonly Area[]): ListingLine[] {
    const out: ListingLine[] = [];
    let section = '';
    for (const area of areas) {
      if (area.name !== section) out.push({ kind: 'section', name: area.name });
      section = area.name;
      this.#area(area, out);
    }
    return out;
  }

  #area(area: Area, out: ListingLine[]): void {
    const end = area.address + area.bytes.length;
    const labels = this.#table.all().filter((s) => s.address >= area.address && s.address < end);
    let nextLabel = 0;
    for (let at = area.address; at < end; ) {
      for (; (labels[nextLabel]?.address ?? Infinity) <= at; nextLabel += 1)
        out.push({ kind: 'label', address: at, name: labels[nextLabel]?.name ?? '' });
      const limit = Math.min(labels[nextLabel]?.address ?? Infinity, end);
      at += this.#line(area, at, limit, out);
    }
  }

  /** One line at `at`; never past `limit`, so that labels inside an instruction stay visible. */
  #line(area: Area, at: number, limit: number, out: ListingLine[]): number {
    const state = this.#stateAt(at);
    const rest = area.bytes.subarray(at - area.address, limit - area.address);
    if (state === 'data') {
      const lenBytes = this.#dataLength(at, rest.length);
      out.push({
        kind: 'data',
        address: at,
        bytes: rest.subarray(0, lenBytes),
        text: dataText(rest.subarray(0, lenBytes)),
      });
      return lenBytes;
    }
    const instruction = this.#disassembler.one(this.#isa, rest, at, {
      thumb: state === 'thumb',
      syntax: this.#syntax,
      symbolize: (address) => this.#table.describe(address),
    });
    const bytes = rest.subarray(0, instruction.lenBytes);
    out.push({ kind: 'instruction', address: at, bytes, text: instruction.text });
    return instruction.lenBytes;
  }

  #stateAt(at: number): MappingState {
    if (this.#isa !== 'arm') return 'arm';
    const mapped = this.#table.stateAt(at);
    if (mapped) return mapped;
    const symbol = this.#table.find(at)?.symbol;
    if (symbol) return symbol.thumb ? 'thumb' : 'arm';
    return this.#image.header.entry % 2 === 1 ? 'thumb' : 'arm';
  }

  /** A word of data, shorter where it is not aligned or where code begins. */
  #dataLength(at: number, available: number): number {
    for (const lenBytes of [4, 2]) {
      if (lenBytes > available || at % lenBytes !== 0) continue;
      if (this.#stateAt(at + lenBytes - 1) === 'data') return lenBytes;
    }
    return 1;
  }
}

function dataText(bytes: Uint8Array): string {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i -= 1) value = value * 256 + (bytes[i] ?? 0);
  const directive = { 1: '.byte', 2: '.short', 4: '.word' }[bytes.length] ?? '.byte';
  return `${directive} 0x${value.toString(16).padStart(bytes.length * 2, '0')}`;
}

/** The listing as text, as objdump -d lays it out. */
export function formatListing(lines: readonly ListingLine[]): string {
  const out: string[] = [];
  for (const line of lines) {
    if (line.kind === 'section') out.push(out.length > 0 ? '' : '', `Disassembly of section ${line.name}:`);
    else if (line.kind === 'label') out.push('', `${line.address.toString(16).padStart(8, '0')} <${line.name}>:`);
    else {
      const bytes = [...line.bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');
      out.push(`${line.address.toString(16).padStart(8)}:\t${bytes.padEnd(21)}\t${line.text}`);
    }
  }
  return `${out.join('\n').trimStart()}\n`;
}
