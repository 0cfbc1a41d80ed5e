import { SHF_MERGE, SHT_NOBITS } from '../elf/constants.ts';
import { ABS32, PC32_WRAPPING } from '../object/fixup-kinds.ts';
import type { AssembledObject, ObjectSection, ObjectSymbol } from '../object/object.ts';
import { relocationType } from '../object/relocations.ts';
import { attempt } from './attempt.ts';
import { StatementError } from './diagnostics.ts';
import { evaluate } from './evaluate.ts';
import { laidOutDistance, symbolOffset } from './layout.ts';
import { type PendingRelocation, resolveFixup } from './resolve.ts';
import { type Fixup, type Fragment, fragmentLength, type Section } from './section.ts';
import type { Statement } from './source.ts';
import type { AsmSymbol, Place } from './symbols.ts';
import type { Unit } from './unit.ts';

/** What is local needs no procedure linkage table; the numbers are those of both x86 ISAs. */
const R_PC32 = 2;
const R_PLT32 = 4;

const placeOffset = (place: Place): number => place.fragment.offset + place.offset;

/** Turn a laid-out unit into an object: fields filled in, relocations for the rest, the symbol table. */
export function emitObject(unit: Unit, file: string): AssembledObject {
  const sections = unit.sections.filter((s) => s.lenBytes > 0 || ['.text', '.data', '.bss'].includes(s.name));
  const relocations = new Map<Section, PendingRelocation[]>();
  const contents = new Map<Section, Uint8Array>();
  for (const section of sections) {
    const pending: PendingRelocation[] = [];
    contents.set(section, sectionBytes(unit, section, pending));
    relocations.set(section, pending);
  }
  const table = new SymbolTableBuilder(unit, sections, file);
  const out: ObjectSection[] = sections.map((section) => ({
    name: section.name,
    ...section.attributes,
    group: section.group,
    align: section.align,
    lenBytes: section.lenBytes,
    bytes: contents.get(section) ?? new Uint8Array(0),
    relocations: (relocations.get(section) ?? []).map((r) => table.relocation(r)),
  }));
  const lines = unit.lines.map((mark) => ({
    section: sections.indexOf(mark.place.section),
    offset: placeOffset(mark.place),
    file: mark.file,
    line: mark.line,
  }));
  return { isa: unit.isa.name, file, sections: out, symbols: table.symbols, lines };
}

function sectionBytes(unit: Unit, section: Section, pending: PendingRelocation[]): Uint8Array {
  if (section.attributes.type === SHT_NOBITS) return new Uint8Array(0);
  const bytes = new Uint8Array(section.lenBytes);
  for (const fragment of section.fragments) writeFragment(bytes, fragment);
  for (const fragment of section.fragments) {
    for (const { fixup, jump } of fixupsOf(fragment)) {
      attempt(unit, fixup.statement, () => {
        const left = resolveFixup(unit, section, bytes, fixup, fragment.offset + fixup.offset, jump);
        if (left) pending.push(left);
      });
    }
  }
  return bytes;
}

function* fixupsOf(fragment: Fragment): Generator<{ fixup: Fixup; jump: boolean }> {
  if (fragment.kind === 'bytes') for (const fixup of fragment.fixups) yield { fixup, jump: false };
  if (fragment.kind !== 'relax') return;
  const variant = fragment.variants[fragment.chosen];
  if (!variant) return;
  const { target, statement } = fragment;
  const { kind, fieldOffset, addend } = variant;
  yield { fixup: { offset: fieldOffset, kind, expr: target, addend, statement }, jump: true };
}

function writeFragment(bytes: Uint8Array, fragment: Fragment): void {
  const end = fragment.offset + fragmentLength(fragment);
  if (fragment.kind === 'bytes') bytes.set(fragment.data.view(), fragment.offset);
  else if (fragment.kind === 'relax')
    bytes.set(fragment.variants[fragment.chosen]?.bytes ?? new Uint8Array(0), fragment.offset);
  else if (typeof fragment.fill === 'function') bytes.set(fragment.fill(fragment.lenBytes), fragment.offset);
  else if (fragment.fill.some((b) => b !== 0)) {
    for (let at = fragment.offset; at < end; at += 1)
      bytes[at] = fragment.fill[(at - fragment.offset) % fragment.fill.length] ?? 0;
  }
}

/** Locals first, as ELF wants: file, sections, mapping symbols, named locals, then globals. */
class SymbolTableBuilder {
  readonly symbols: ObjectSymbol[] = [];
  readonly #unit: Unit;
  readonly #sections: readonly Section[];
  readonly #indexes = new Map<AsmSymbol, number>();
  readonly #sectionSymbols = new Map<Section, number>();

  constructor(unit: Unit, sections: readonly Section[], file: string) {
    this.#unit = unit;
    this.#sections = sections;
    this.#plain(unit.fileName ?? file, 'absolute', 0n, 'file');
    sections.forEach((section, index) => {
      this.#sectionSymbols.set(section, this.symbols.length);
      this.#plain('', index, 0n, 'section');
    });
    for (const { place, name } of unit.mapping)
      this.#plain(name, sections.indexOf(place.section), BigInt(placeOffset(place)), 'notype');
    const all = [...unit.symbols.all()].filter((s) => this.#isListed(s));
    for (const symbol of all) if (bindingOf(symbol) === 'local') this.#add(symbol);
    for (const symbol of all) if (bindingOf(symbol) !== 'local') this.#add(symbol);
  }

  #plain(name: string, section: ObjectSymbol['section'], value: bigint, type: ObjectSymbol['type']): void {
    this.symbols.push({
      name,
      section,
      value,
      size: 0n,
      binding: 'local',
      type,
      visibility: 'default',
      thumb: false,
    });
  }

  /** `.L` labels stay out, and so do names that were only mentioned by directives. */
  #isListed(symbol: AsmSymbol): boolean {
    if (symbol.name === '') return false;
    const defined = symbol.place !== null || symbol.value !== null || symbol.common !== null;
    return !(symbol.name.startsWith('.L') && defined && symbol.binding === 'local');
  }

  #add(symbol: AsmSymbol): void {
    attempt(this.#unit, statementOf(symbol), () => {
      const { section, value } = this.#definition(symbol);
      const alias = symbol.type === 'notype' ? aliasOf(symbol) : symbol;
      this.#indexes.set(symbol, this.symbols.length);
      this.symbols.push({
        name: symbol.name,
        section,
        value,
        size: this.#size(symbol),
        binding: bindingOf(symbol),
        type: alias.type,
        visibility: symbol.visibility,
        thumb: symbol.thumb || alias.thumb,
      });
    });
  }

  #definition(symbol: AsmSymbol): { section: ObjectSymbol['section']; value: bigint } {
    if (symbol.common) return { section: 'common', value: BigInt(symbol.common.align) };
    if (symbol.place)
      return { section: this.#sections.indexOf(symbol.place.section), value: BigInt(symbolOffset(symbol) ?? 0) };
    if (!symbol.value) return { section: 'undefined', value: 0n };
    const value = evaluate(symbol.value, laidOutDistance);
    if (value.minus) throw new StatementError(`'${symbol.name}' is set to a difference that is not known`);
    if (!value.symbol) return { section: 'absolute', value: value.offset };
    const base = this.#definition(value.symbol);
    if (base.section === 'undefined')
      throw new StatementError(`'${symbol.name}' is set to '${value.symbol.name}', which is not defined`);
    return { section: base.section, value: base.value + value.offset };
  }

  #size(symbol: AsmSymbol): bigint {
    if (symbol.common) return BigInt(symbol.common.lenBytes);
    if (!symbol.size) return 0n;
    const size = evaluate(symbol.size, laidOutDistance);
    if (size.symbol || size.minus) throw new StatementError(`size of '${symbol.name}' must come to a number`);
    return size.offset;
  }

  relocation(r: PendingRelocation): ObjectSection['relocations'][number] {
    const { offset, type, symbol } = r;
    if (!symbol) return { offset, type, symbol: -1, addend: r.addend };
    const section = symbol.place?.section;
    // Linkers move the strings of a mergeable section one by one: only their very addresses may be told by offset.
    const kind = relocationType(this.#unit.isa.name, type)?.kind;
    const inMerged = section !== undefined && (section.attributes.flags & SHF_MERGE) !== 0;
    const merged = inMerged && (kind?.pcRelative === true || r.addend !== 0n);
    // ARM: a Thumb bit belongs to the symbol, and only a whole word can hold any offset.
    const isArm = this.#unit.isa.name === 'arm';
    const keepsName =
      symbol.thumb || (isArm && (symbol.type === 'function' || (kind !== ABS32 && kind !== PC32_WRAPPING)));
    if (section && symbol.binding === 'local' && !keepsName && !merged) {
      const index = this.#sectionSymbols.get(section) ?? 0;
      const plain = type === R_PLT32 && !isArm ? R_PC32 : type;
      return { offset, type: plain, symbol: index, addend: r.addend + BigInt(symbolOffset(symbol) ?? 0) };
    }
    const index = this.#indexes.get(symbol);
    if (index !== undefined) return { offset, type, symbol: index, addend: r.addend };
    this.#add(symbol); // a local label that only a relocation needs
    return { offset, type, symbol: this.symbols.length - 1, addend: r.addend };
  }
}

/** `.set a, b + 4`: what `b` is, `a` is. */
function aliasOf(symbol: AsmSymbol): AsmSymbol {
  let alias = symbol;
  for (let i = 0; i < 100 && alias.value; i += 1) {
    const { value } = alias;
    const base = (value.op === '+' || value.op === '-') && value.b.op === 'num' ? value.a : value;
    if (base.op !== 'sym') return alias;
    alias = base.symbol;
  }
  return alias;
}

/** What is used and not defined is global, as in gas. */
function bindingOf(symbol: AsmSymbol): AsmSymbol['binding'] {
  if (symbol.binding !== 'local') return symbol.binding;
  return symbol.place || symbol.value ? 'local' : 'global';
}

function statementOf(symbol: AsmSymbol): Statement {
  const { file, line, column, text } = symbol.mentioned;
  return { file, line, column, text: '', lineText: text };
}
