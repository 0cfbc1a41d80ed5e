import type { IsaName } from '../../kernel/ports.ts';
import type { Capstone } from '../disassembler/capstone.ts';
import { SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS, SHT_PROGBITS } from '../elf/constants.ts';
import { type IsaTraits, isaTraits } from '../isa.ts';
import type { FixupKind } from '../object/fixup-kinds.ts';
import type { LiteralPools } from './arm/literal-pool.ts';
import { Cursor } from './cursor.ts';
import { type Diagnostics, type Position, StatementError } from './diagnostics.ts';
import { type Distance, evaluate, type Value } from './evaluate.ts';
import { type Expr, type ExpressionScope, num, parseExpression } from './expression.ts';
import type { Keystone } from './keystone.ts';
import { type Fragment, Section, type SectionAttributes, type Variant } from './section.ts';
import type { Statement } from './source.ts';
import { type AsmSymbol, type Place, SymbolScope } from './symbols.ts';

export interface LineMark {
  readonly place: Place;
  readonly file: string;
  readonly line: number;
}

/** A mapping symbol `$a`, `$t` or `$d` (AAELF32): what the bytes from here on are. */
export interface MappingMark {
  readonly place: Place;
  readonly name: '$a' | '$t' | '$d';
}

/** One object under assembly: sections, symbols, and the state that directives switch. */
export class Unit {
  readonly isa: IsaTraits;
  readonly diagnostics: Diagnostics;
  readonly symbols = new SymbolScope();
  readonly sections: Section[] = [];
  readonly lines: LineMark[] = [];
  readonly mapping: MappingMark[] = [];
  readonly keystone: Keystone;
  readonly capstone: Capstone;
  readonly pools: LiteralPools;
  section: Section;
  previousSection: Section;
  readonly sectionStack: [Section, Section][] = [];
  /** `.thumb` */
  thumb = false;
  syntax: 'att' | 'intel';
  /** `.thumb_func` was seen: the next label is a Thumb function. */
  thumbFuncPending = false;
  /** Thumb: the conditions that an IT block still gives away. */
  itBlock: number[] = [];
  fileName: string | null = null;
  statement: Statement = { file: '', line: 0, column: 1, text: '', lineText: '' };

  constructor(
    isa: IsaName,
    syntax: 'att' | 'intel',
    diagnostics: Diagnostics,
    engines: { keystone: Keystone; capstone: Capstone; pools: LiteralPools },
  ) {
    this.isa = isaTraits(isa);
    this.syntax = syntax;
    this.diagnostics = diagnostics;
    this.keystone = engines.keystone;
    this.capstone = engines.capstone;
    this.pools = engines.pools;
    this.section = this.openSection('.text', {
      type: SHT_PROGBITS,
      flags: SHF_ALLOC | SHF_EXECINSTR,
      entsize: 0,
    });
    this.openSection('.data', { type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_WRITE, entsize: 0 });
    this.openSection('.bss', { type: SHT_NOBITS, flags: SHF_ALLOC | SHF_WRITE, entsize: 0 });
    this.previousSection = this.section;
  }

  /** The section of that name, made with these attributes if there is none. */
  openSection(name: string, attributes: SectionAttributes): Section {
    let section = this.sections.find((s) => s.name === name);
    if (!section) {
      section = new Section(name, attributes);
      this.sections.push(section);
    }
    return section;
  }

  switchTo(section: Section): void {
    this.previousSection = this.section;
    this.section = section;
  }

  position(offset = 0): Position & { text: string } {
    const { file, line, column, lineText } = this.statement;
    return { file, line, column: column + offset, text: lineText };
  }

  /** Where the next byte goes. */
  here(): Place {
    const fragment = this.section.tail;
    return { section: this.section, fragment, offset: fragment.data.length };
  }

  /** An unnamed symbol at this place. */
  hereSymbol(): AsmSymbol {
    const symbol = this.symbols.create('', this.position());
    symbol.place = this.here();
    return symbol;
  }

  // --- expressions

  scope(isRegister?: (name: string) => boolean): ExpressionScope {
    return {
      symbol: (name, offset) => this.symbols.get(name, this.position(offset)),
      here: () => this.hereSymbol(),
      numeric: (label, direction, offset) => {
        if (direction === 'f') return this.symbols.forward(label, this.position(offset));
        const symbol = this.symbols.backward(label);
        if (!symbol) throw new StatementError(`no label '${label}:' above this line`, offset);
        return symbol;
      },
      ...(isRegister ? { isRegister } : {}),
      variantStyle: this.isa.name === 'arm' ? '(' : '@',
    };
  }

  expression(cursor: Cursor): Expr {
    return parseExpression(cursor, this.scope());
  }

  /** Distances that no relaxation can change: both labels in one run of fixed bytes. */
  readonly fixedDistance: Distance = (a, b) => {
    if (a === b) return 0n;
    if (!a.place || !b.place || a.place.fragment !== b.place.fragment) return undefined;
    return BigInt(a.place.offset - b.place.offset);
  };

  /** The value of an expression as far as it is settled now; undefined where only layout can tell, or complain. */
  settled(expr: Expr): Value | undefined {
    try {
      return evaluate(expr, this.fixedDistance);
    } catch (error) {
      if (error instanceof StatementError) return undefined;
      throw error;
    }
  }

  /** The number an expression comes to now, or undefined. */
  constant(expr: Expr): bigint | undefined {
    const value = this.settled(expr);
    return !value || value.symbol || value.minus ? undefined : value.offset;
  }

  /** A number that must be known here. */
  number(cursor: Cursor, what: string): bigint {
    cursor.skipBlanks();
    const start = cursor.at;
    const value = this.constant(this.expression(cursor));
    if (value === undefined) throw new StatementError(`${what} must be a number known at this point`, start);
    return value;
  }

  // --- output

  /** Bytes of data. */
  data(bytes: ArrayLike<number>): void {
    this.mark('$d');
    this.#append(bytes);
  }

  /** A datum whose value may be settled later. */
  datum(kind: FixupKind, expr: Expr): void {
    this.mark('$d');
    const value = this.constant(expr);
    const bytes = new Uint8Array(kind.lenBytes);
    if (value !== undefined) {
      if (!kind.fits(value)) throw new StatementError(`value ${hex(value)} does not fit ${kind.lenBytes * 8} bits`);
      kind.write(bytes, 0, value);
    } else {
      this.fixup(0, kind, expr, 0);
    }
    this.#append(bytes);
  }

  /** One instruction's bytes; call `fixup` for its fields first. */
  code(bytes: Uint8Array): void {
    this.markCode();
    this.#append(bytes);
  }

  /** A field `offset` bytes behind the place where output stands. */
  fixup(offset: number, kind: FixupKind, expr: Expr, addend: number, encode?: (value: bigint) => Uint8Array): void {
    const tail = this.section.tail;
    const at = tail.data.length + offset;
    tail.fixups.push({ offset: at, kind, expr, addend, statement: this.statement, ...(encode ? { encode } : {}) });
  }

  /** An instruction of several lengths. */
  relaxable(variants: readonly Variant[], target: Expr): void {
    this.markCode();
    this.push({ kind: 'relax', variants, chosen: 0, target, statement: this.statement, offset: 0 });
  }

  push(fragment: Fragment): void {
    this.section.fragments.push(fragment);
  }

  #append(bytes: ArrayLike<number>): void {
    if (bytes.length === 0) return;
    if (this.section.attributes.type === SHT_NOBITS && Array.prototype.some.call(bytes, (b) => b !== 0))
      throw new StatementError(`section ${this.section.name} holds no data: only zeros may be stored here`);
    this.section.tail.data.append(bytes);
  }

  markCode(): void {
    if (this.section.attributes.type === SHT_NOBITS)
      throw new StatementError(`section ${this.section.name} holds no code`);
    this.mark(this.thumb ? '$t' : '$a');
    this.lines.push({ place: this.here(), file: this.statement.file, line: this.statement.line });
  }

  /** ARM: say what comes next, where it differs from what came before. */
  mark(name: '$a' | '$t' | '$d'): void {
    if (this.isa.name !== 'arm' || this.section.mapped === name) return;
    // Data in front of the first code of a data section needs no mark, as in gas.
    if (name === '$d' && this.section.mapped === '' && !(this.section.attributes.flags & SHF_EXECINSTR)) return;
    this.section.mapped = name;
    this.mapping.push({ place: this.here(), name });
  }

  /** Define a label here. */
  label(symbol: AsmSymbol, name: string): void {
    if (symbol.place || symbol.value || symbol.common) throw new StatementError(`'${name}' is already defined`, 0);
    symbol.place = this.here();
    symbol.fixed = true;
    if (this.thumbFuncPending) {
      symbol.type = 'function';
      symbol.thumb = true;
      this.thumbFuncPending = false;
    } else if (this.thumb && symbol.type === 'function') symbol.thumb = true;
  }

  cursor(offset: number): Cursor {
    return new Cursor(this.statement.text, offset);
  }
}

export function hex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

export const ZERO: Expr = num(0n);
