import * as elf from './constants.ts';
import type { ElfFile } from './reader.ts';
import { type ElfSymbol, readSymbols } from './symbols.ts';

/** A named place, as debuggers and listings use it. */
export interface TableSymbol {
  readonly name: string;
  /** Without the Thumb bit. */
  readonly address: number;
  readonly lenBytes: number;
  readonly kind: 'function' | 'object' | 'notype';
  readonly global: boolean;
  readonly thumb: boolean;
  /** Where the section it stands in ends, so that nothing behind it is called by its name; Infinity if unknown. */
  readonly limit?: number;
}

/** Code state by address, from ARM's mapping symbols. */
export type MappingState = 'arm' | 'thumb' | 'data';

/** Symbols by name and by address (sorted, binary search). */
export class SymbolTable {
  readonly #sorted: readonly TableSymbol[];
  readonly #byName = new Map<string, TableSymbol>();
  readonly #mapping: readonly { address: number; state: MappingState }[];

  constructor(symbols: readonly TableSymbol[], mapping: readonly { address: number; state: MappingState }[] = []) {
    this.#sorted = [...symbols].sort((a, b) => a.address - b.address || preference(a) - preference(b));
    for (const symbol of symbols) {
      const before = this.#byName.get(symbol.name);
      if (!before || (symbol.global && !before.global)) this.#byName.set(symbol.name, symbol);
    }
    this.#mapping = [...mapping].sort((a, b) => a.address - b.address);
  }

  /** The symbols of an ELF file: .symtab, or .dynsym where it was stripped. `bias` is added to every address. */
  static fromElf(image: ElfFile, bias = 0): SymbolTable {
    const full = readSymbols(image, 'symtab');
    const all = full.length > 0 ? full : readSymbols(image, 'dynsym');
    const isArm = image.header.isa === 'arm';
    const symbols: TableSymbol[] = [];
    const mapping: { address: number; state: MappingState }[] = [];
    for (const symbol of all) {
      const state = isArm ? MAPPING[symbol.name.slice(0, 2)] : undefined;
      if (state && /^\$[atd](\.|$)/.test(symbol.name)) mapping.push({ address: symbol.value + bias, state });
      else if (isPlace(symbol)) symbols.push(toTableSymbol(image, symbol, isArm, bias));
    }
    return new SymbolTable(symbols, mapping);
  }

  get size(): number {
    return this.#sorted.length;
  }

  /** All symbols, by address. */
  all(): readonly TableSymbol[] {
    return this.#sorted;
  }

  /** The symbol of that name; a global one wins over locals. */
  lookup(name: string): TableSymbol | undefined {
    return this.#byName.get(name);
  }

  /**
   * The symbol whose code or data `address` lies in: within its size, or, of those without one, the last before it, if no other symbol
   * and no end of a section is between them.
   */
  find(address: number): { readonly symbol: TableSymbol; readonly name: string; readonly offset: number } | undefined {
    const last = lastAtOrBefore(this.#sorted, address);
    const nearest = this.#sorted[last]?.address;
    let sizeless = -1;
    for (let index = last, tries = 0; index >= 0 && tries < 64; tries += 1, index -= 1) {
      const symbol = this.#sorted[index];
      if (!symbol) return undefined;
      const offset = address - symbol.address;
      if (offset < symbol.lenBytes) return this.#preferred(index, address, offset);
      const isNearest = symbol.lenBytes === 0 && symbol.address === nearest && address < (symbol.limit ?? Infinity);
      if (isNearest && sizeless < 0) sizeless = index;
    }
    return sizeless < 0 ? undefined : this.#preferred(sizeless, address, address - (nearest ?? 0));
  }

  /** Of several names for one address the best: functions first, global first. */
  #preferred(
    index: number,
    address: number,
    offset: number,
  ): { symbol: TableSymbol; name: string; offset: number } | undefined {
    let best = this.#sorted[index];
    for (let i = index - 1; i >= 0; i -= 1) {
      const other = this.#sorted[i];
      if (!other || !best || other.address !== best.address) break;
      if (other.lenBytes === 0 || offset < other.lenBytes) best = other;
    }
    return best && { symbol: best, name: best.name, offset: address - best.address };
  }

  /** `name+9`, `name`, or undefined. */
  describe(address: number): string | undefined {
    const found = this.find(address);
    if (!found) return undefined;
    return found.offset === 0 ? found.name : `${found.name}+${found.offset}`;
  }

  /** ARM: what mapping symbols say of this address; undefined without any. */
  stateAt(address: number): MappingState | undefined {
    const index = lastAtOrBefore(this.#mapping, address);
    return index < 0 ? undefined : this.#mapping[index]?.state;
  }
}

const MAPPING: Readonly<Record<string, MappingState>> = { $a: 'arm', $t: 'thumb', $d: 'data' };

function isPlace(symbol: ElfSymbol): boolean {
  const { type, sectionIndex, name } = symbol;
  if (name === '' || sectionIndex === elf.SHN_UNDEF || sectionIndex >= elf.SHN_LORESERVE) return false;
  return type === elf.STT_NOTYPE || type === elf.STT_OBJECT || type === elf.STT_FUNC || type === elf.STT_GNU_IFUNC;
}

function toTableSymbol(image: ElfFile, symbol: ElfSymbol, isArm: boolean, bias: number): TableSymbol {
  const isFunction = symbol.type === elf.STT_FUNC || symbol.type === elf.STT_GNU_IFUNC;
  const thumb = isArm && isFunction && symbol.value % 2 === 1;
  const section = image.sections[symbol.sectionIndex];
  const base = image.header.type === elf.ET_REL ? 0 : (section?.address ?? 0);
  return {
    name: symbol.name,
    address: symbol.value - (thumb ? 1 : 0) + bias,
    lenBytes: symbol.lenBytes,
    kind: isFunction ? 'function' : symbol.type === elf.STT_OBJECT ? 'object' : 'notype',
    global: symbol.binding !== elf.STB_LOCAL,
    thumb,
    ...(section ? { limit: base + section.lenBytes + bias } : {}),
  };
}

/** Of symbols at one address the one to be found first. */
function preference(symbol: TableSymbol): number {
  const kind = symbol.kind === 'function' ? 0 : symbol.kind === 'object' ? 1 : 2;
  return kind * 2 + (symbol.global ? 0 : 1);
}

function lastAtOrBefore(sorted: readonly { readonly address: number }[], address: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.address ?? Infinity) <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
