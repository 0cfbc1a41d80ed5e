import * as elf from '../elf/constants.ts';
import { type IsaTraits, isaTraits } from '../isa.ts';
import { FLAT_DATA_ALIGN } from './bflt-constants.ts';
import { GOT, withGotEntries } from './got.ts';
import type { LinkedImage, LinkedLine, LinkedSymbol, LinkOptions } from './image.ts';
import { LinkError } from './link-error.ts';
import { type ResolvedTarget, wordToMove } from './movable.ts';
import type { AssembledObject, ObjectSection, ObjectSymbol, Relocation } from './object.ts';
import { applyRelocation } from './relocate.ts';
import { relocationType } from './relocations.ts';

interface Input {
  readonly object: AssembledObject;
  readonly section: ObjectSection;
  offset: number;
}

interface Output {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly entsize: number;
  align: number;
  lenBytes: number;
  address: number;
  bytes: Uint8Array;
  readonly inputs: Input[];
}

/** Merge objects into one image: sections by name, symbols resolved, relocations applied. Throws LinkError. */
export function linkObjects(objects: readonly AssembledObject[], options: LinkOptions = {}): LinkedImage {
  const first = objects[0];
  if (!first) throw new LinkError(['there is nothing to link']);
  for (const object of objects)
    if (object.isa !== first.isa)
      throw new LinkError([`${object.file} is for ${object.isa}, ${first.file} for ${first.isa}`]);
  return new Linker(objects, isaTraits(first.isa), options).link();
}

export const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align;

/** Segments in their order: read and execute, read, read and write. */
export function segmentOf(flags: number): 0 | 1 | 2 {
  if (flags & elf.SHF_EXECINSTR) return 0;
  return flags & elf.SHF_WRITE ? 2 : 1;
}

const MAX_IMAGE_BYTES = 512 * 1024 * 1024;

class Linker {
  readonly #objects: readonly AssembledObject[];
  readonly #isa: IsaTraits;
  readonly #options: LinkOptions;
  readonly #outputs: Output[] = [];
  readonly #places = new Map<ObjectSection, { output: Output; offset: number }>();
  readonly #globals = new Map<string, { object: AssembledObject; symbol: ObjectSymbol }>();
  readonly #commons = new Map<string, { align: number; lenBytes: number; offset: number }>();
  readonly #groups = new Map<string, AssembledObject>();
  readonly #addressWords: number[] = [];
  readonly #errors: string[] = [];

  constructor(objects: readonly AssembledObject[], isa: IsaTraits, options: LinkOptions) {
    this.#objects = objects.map(withGotEntries);
    this.#isa = isa;
    this.#options = options;
  }

  link(): LinkedImage {
    for (const object of this.#objects) this.#collect(object);
    this.#allocateCommons();
    this.#place();
    this.#relocate();
    if (this.#errors.length > 0) throw new LinkError(this.#errors);
    return {
      isa: this.#isa.name,
      base: this.#options.base ?? this.#isa.baseAddress,
      entry: this.#entry(),
      sections: this.#outputs.map(({ inputs: _, ...section }) => section),
      symbols: this.#symbols(),
      lines: this.#lines(),
      addressWords: this.#addressWords,
    };
  }

  #collect(object: AssembledObject): void {
    for (const section of object.sections) this.#addInput(object, section);
    for (const symbol of object.symbols) {
      if (symbol.binding === 'local' || symbol.section === 'undefined') continue;
      const group = typeof symbol.section === 'number' ? object.sections[symbol.section]?.group : null;
      if (group && this.#groups.get(group) !== object) continue;
      const before = this.#globals.get(symbol.name);
      if (!before || strength(symbol) > strength(before.symbol)) this.#globals.set(symbol.name, { object, symbol });
      else if (strength(symbol) === 2 && strength(before.symbol) === 2)
        this.#errors.push(`'${symbol.name}' is defined in ${before.object.file} and in ${object.file}`);
      if (symbol.section === 'common') {
        const common = this.#commons.get(symbol.name) ?? { align: 1, lenBytes: 0, offset: 0 };
        common.align = Math.max(common.align, Number(symbol.value));
        common.lenBytes = Math.max(common.lenBytes, Number(symbol.size));
        this.#commons.set(symbol.name, common);
      }
    }
  }

  #addInput(object: AssembledObject, section: ObjectSection): void {
    if (this.#isDropped(object, section)) return;
    if (!(section.flags & elf.SHF_ALLOC) || section.lenBytes === 0) return;
    if (section.flags & elf.SHF_TLS)
      this.#errors.push(`${object.file}: section ${section.name}: thread-local storage is not supported`);
    const output = this.#output(section);
    const offset = alignUp(output.lenBytes, section.align);
    output.align = Math.max(output.align, section.align);
    output.lenBytes = offset + section.lenBytes;
    output.inputs.push({ object, section, offset });
    this.#places.set(section, { output, offset });
  }

  /** A COMDAT group that an earlier object brought already. */
  #isDropped(object: AssembledObject, section: ObjectSection): boolean {
    if (section.group === null) return false;
    const owner = this.#groups.get(section.group);
    if (!owner) this.#groups.set(section.group, object);
    return owner !== undefined && owner !== object;
  }

  #output({ name, type, flags, entsize }: Pick<ObjectSection, 'name' | 'type' | 'flags' | 'entsize'>): Output {
    const merged = outputName(name, type, flags);
    let output = this.#outputs.find(
      (o) => o.name === merged && o.type === type && segmentOf(o.flags) === segmentOf(flags),
    );
    if (!output) {
      const kept = flags & (elf.SHF_ALLOC | elf.SHF_WRITE | elf.SHF_EXECINSTR);
      output = {
        name: merged,
        type,
        flags: kept,
        entsize: merged === name ? entsize : 0,
        align: 1,
        lenBytes: 0,
        address: 0,
        bytes: new Uint8Array(0),
        inputs: [],
      };
      this.#outputs.push(output);
    }
    return output;
  }

  #allocateCommons(): void {
    const wanted = [...this.#commons].filter(([name]) => this.#globals.get(name)?.symbol.section === 'common');
    if (wanted.length === 0) return;
    const bss = this.#output({ name: '.bss', type: elf.SHT_NOBITS, flags: elf.SHF_ALLOC | elf.SHF_WRITE, entsize: 0 });
    for (const [, common] of wanted) {
      common.offset = alignUp(bss.lenBytes, common.align);
      bss.align = Math.max(bss.align, common.align);
      bss.lenBytes = common.offset + common.lenBytes;
    }
  }

  /** Addresses: headers first, then each segment on pages of its own, NOBITS last in its segment. */
  #place(): void {
    const isNobits = (o: Output): number => (o.type === elf.SHT_NOBITS ? 1 : 0);
    const isBehindGot = (o: Output): number => (o.name === GOT ? 0 : 1);
    this.#outputs.sort(
      (a, b) => segmentOf(a.flags) - segmentOf(b.flags) || isNobits(a) - isNobits(b) || isBehindGot(a) - isBehindGot(b),
    );
    const { flat = false, movable = false, base = this.#isa.baseAddress } = this.#options;
    const { pageSize } = this.#isa;
    if (!flat && base % pageSize !== 0) throw new LinkError([`base address 0x${base.toString(16)} is not on a page`]);
    let address = flat ? base : base + HEADER_ROOM;
    let segment = -1;
    for (const output of this.#outputs) {
      const own = segmentOf(output.flags);
      if (!flat && own !== segment && segment >= 0) address = alignUp(address, pageSize);
      if (movable && own === 2 && segment !== 2) address = alignUp(address, FLAT_DATA_ALIGN);
      segment = own;
      output.address = alignUp(address, output.align);
      address = output.address + output.lenBytes;
      if (address - base > MAX_IMAGE_BYTES || address >= this.#addressLimit())
        throw new LinkError([
          `section ${output.name} ends at 0x${address.toString(16)}: the program is too large for its address`,
        ]);
    }
    for (const output of this.#outputs) {
      if (output.type === elf.SHT_NOBITS) continue;
      output.bytes = new Uint8Array(output.lenBytes);
      for (const { section, offset } of output.inputs) output.bytes.set(section.bytes, offset);
    }
  }

  #addressLimit(): number {
    return this.#isa.addressBytes === 4 ? 2 ** 32 : 2 ** 47;
  }

  #relocate(): void {
    for (const output of this.#outputs) {
      for (const { object, section, offset } of output.inputs) {
        for (const relocation of section.relocations) {
          const target = this.#resolve(object, section, relocation);
          if (!target) continue;
          const at = offset + relocation.offset;
          const wrong =
            this.#move(output, at, relocation, target) ??
            applyRelocation(this.#isa.name, output.bytes, at, output.address + at, relocation, target);
          if (wrong !== null) this.#errors.push(`${where(object, section, relocation.offset)}: ${wrong}`);
        }
      }
    }
  }

  /** Of a movable image, remember the word if it is to move along. Null, or why the field cannot. */
  #move(output: Output, at: number, relocation: Relocation, target: ResolvedTarget): string | null {
    if (!this.#options.movable) return null;
    const moves = wordToMove(this.#isa.name, relocation, segmentOf(output.flags) === 2, target);
    if (typeof moves === 'string') return moves;
    if (moves && output.name !== GOT) this.#addressWords.push(output.address + at);
    return null;
  }

  /** What a relocation's symbol stands for; null and complained of where there is none. */
  #resolve(
    object: AssembledObject,
    section: ObjectSection,
    { symbol: index, type, offset }: Relocation,
  ): ResolvedTarget | null {
    if (index < 0) return { name: '', address: 0n, thumb: false, isFunction: false, segment: null };
    let symbol = object.symbols[index];
    let owner = object;
    if (!symbol) return null;
    const { name } = symbol;
    if (symbol.binding !== 'local') {
      const found = this.#globals.get(name);
      if (!found) {
        if (symbol.binding === 'weak') return { name, address: 0n, thumb: false, isFunction: false, segment: null };
        const message = `${where(object, section, offset)}: undefined symbol '${name}'`;
        if (!this.#errors.includes(message)) this.#errors.push(message);
        return null;
      }
      ({ symbol, object: owner } = found);
    }
    const address = this.#address(owner, symbol);
    if (address === undefined) {
      this.#errors.push(`${object.file}: '${name}' is in a section that is not loaded`);
      return null;
    }
    const target = { name, thumb: symbol.thumb, isFunction: symbol.type === 'function' };
    const origin = relocationType(this.#isa.name, type)?.kind?.from;
    if (origin) return { ...target, address: address - this.#origin(origin), segment: null };
    return { ...target, address, segment: this.#segment(owner, symbol) };
  }

  /** What code that is placed apart from data has in a register. */
  #origin(from: 'got' | 'data'): bigint {
    const first = this.#outputs.find((o) => (from === 'got' ? o.name === GOT : segmentOf(o.flags) === 2));
    return BigInt(first?.address ?? 0);
  }

  /** Null for a symbol that is a mere number. */
  #segment(owner: AssembledObject, symbol: ObjectSymbol): 0 | 1 | 2 | null {
    if (symbol.section === 'common') return 2;
    const section = typeof symbol.section === 'number' ? owner.sections[symbol.section] : undefined;
    return section ? segmentOf(section.flags) : null;
  }

  #address(object: AssembledObject, symbol: ObjectSymbol): bigint | undefined {
    if (symbol.section === 'absolute') return symbol.value;
    if (symbol.section === 'common') {
      const bss = this.#outputs.find((o) => o.name === '.bss');
      const common = this.#commons.get(symbol.name);
      return bss && common && BigInt(bss.address + common.offset);
    }
    if (symbol.section === 'undefined') return undefined;
    const section = object.sections[symbol.section];
    if (!section) return undefined;
    const place = this.#places.get(section);
    if (!place) return section.lenBytes === 0 ? this.#emptySectionAddress(section) + symbol.value : undefined;
    return BigInt(place.output.address + place.offset) + symbol.value;
  }

  /** A label in an empty section stands where the section would. */
  #emptySectionAddress(section: ObjectSection): bigint {
    const same = this.#outputs.find((o) => o.name === section.name);
    const last = this.#outputs.at(-1);
    return BigInt(
      same?.address ?? (last ? last.address + last.lenBytes : (this.#options.base ?? this.#isa.baseAddress)),
    );
  }

  #entry(): number {
    const name = this.#options.entry ?? '_start';
    const found = this.#globals.get(name) ?? this.#localNamed(name);
    const address = found && this.#address(found.object, found.symbol);
    if (found && address !== undefined) return Number(address) + (found.symbol.thumb ? 1 : 0);
    if (this.#options.entry !== undefined) throw new LinkError([`entry symbol '${name}' is not defined`]);
    return this.#outputs.find((o) => o.flags & elf.SHF_EXECINSTR)?.address ?? 0;
  }

  #localNamed(name: string): { object: AssembledObject; symbol: ObjectSymbol } | undefined {
    for (const object of this.#objects) {
      const symbol = object.symbols.find((s) => s.name === name && s.section !== 'undefined');
      if (symbol) return { object, symbol };
    }
    return undefined;
  }

  #symbols(): LinkedSymbol[] {
    const out: LinkedSymbol[] = [];
    for (const object of this.#objects) {
      for (const symbol of object.symbols) {
        if (symbol.type === 'section' || symbol.section === 'undefined') continue;
        if (symbol.binding !== 'local' && this.#globals.get(symbol.name)?.symbol !== symbol) continue;
        const address = this.#address(object, symbol);
        if (address === undefined) continue;
        out.push({
          name: symbol.name,
          address: Number(BigInt.asUintN(this.#isa.addressBytes * 8, address)),
          lenBytes: Number(symbol.size),
          binding: symbol.binding,
          type: symbol.type,
          visibility: symbol.visibility,
          thumb: symbol.thumb,
          section: this.#sectionIndex(object, symbol),
        });
      }
    }
    return out;
  }

  #sectionIndex(object: AssembledObject, symbol: ObjectSymbol): number {
    if (symbol.section === 'common') return this.#outputs.findIndex((o) => o.name === '.bss');
    const section = typeof symbol.section === 'number' ? object.sections[symbol.section] : undefined;
    const place = section && this.#places.get(section);
    return place ? this.#outputs.indexOf(place.output) : -1;
  }

  #lines(): LinkedLine[] {
    const out: LinkedLine[] = [];
    for (const object of this.#objects) {
      for (const { section, offset, file, line } of object.lines) {
        const input = object.sections[section];
        const place = input && this.#places.get(input);
        if (place) out.push({ address: place.output.address + place.offset + offset, file, line });
      }
    }
    return out.sort((a, b) => a.address - b.address);
  }
}

/** Room for the ELF header and at most six segment headers in front of the first section; a multiple of 64. */
export const HEADER_ROOM = 0x200;

function strength(symbol: ObjectSymbol): 0 | 1 | 2 {
  if (symbol.binding === 'weak') return 0;
  return symbol.section === 'common' ? 1 : 2;
}

/** `.text.foo` goes to `.text`, `.rodata.str1.1` to `.rodata`, as in ld's default script. */
function outputName(name: string, type: number, flags: number): string {
  for (const known of ['.text', '.rodata', '.data', '.bss'])
    if (name === known || name.startsWith(`${known}.`)) {
      const fits =
        (known === '.bss') === (type === elf.SHT_NOBITS) && (known === '.text') === ((flags & elf.SHF_EXECINSTR) !== 0);
      return fits ? known : name;
    }
  return name;
}

/** The source line in front of a place in a section, or the place itself. */
function where(object: AssembledObject, section: ObjectSection, offset: number): string {
  const index = object.sections.indexOf(section);
  let best: { offset: number; line: number } | undefined;
  for (const line of object.lines)
    if (line.section === index && line.offset <= offset && (!best || line.offset >= best.offset)) best = line;
  return best ? `${object.file}:${best.line}` : `${object.file}: ${section.name}+0x${offset.toString(16)}`;
}
