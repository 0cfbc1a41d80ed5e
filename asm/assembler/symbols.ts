import type { Position } from './diagnostics.ts';
import type { Expr } from './expression.ts';
import type { Fragment, Section } from './section.ts';

/** Where a label stands: a place in a fragment, whose address layout finds. */
export interface Place {
  readonly section: Section;
  readonly fragment: Fragment;
  readonly offset: number;
}

export type SymbolType = 'notype' | 'object' | 'function' | 'tls_object';
export type Visibility = 'default' | 'hidden' | 'internal' | 'protected';

/** A symbol of one object under assembly. Undefined while it has neither a place nor a value. */
export interface AsmSymbol {
  readonly name: string;
  place: Place | null;
  /** `.set`: an expression in place of a place. */
  value: Expr | null;
  binding: 'local' | 'global' | 'weak';
  /** `.local` was said: a common symbol stays local. */
  keptLocal: boolean;
  type: SymbolType;
  visibility: Visibility;
  size: Expr | null;
  /** `.comm`: length and alignment in bytes. */
  common: { lenBytes: number; align: number } | null;
  /** A Thumb function: bit 0 of its address is set wherever the address is taken. */
  thumb: boolean;
  /** `.set` may give it another value; a label or `.equiv` may not. */
  fixed: boolean;
  /** Where it was first mentioned, for messages. */
  readonly mentioned: Position & { text: string };
}

/** The symbol table of one object under assembly, and its numeric labels. */
export class SymbolScope {
  readonly #byName = new Map<string, AsmSymbol>();
  /** Symbols that a later `.set` of the same name replaced. */
  readonly #replaced: AsmSymbol[] = [];
  readonly #previousNumeric = new Map<number, AsmSymbol>();
  readonly #nextNumeric = new Map<number, AsmSymbol>();

  create(name: string, mentioned: Position & { text: string }): AsmSymbol {
    return {
      name,
      place: null,
      value: null,
      binding: 'local',
      keptLocal: false,
      type: 'notype',
      visibility: 'default',
      size: null,
      common: null,
      thumb: false,
      fixed: false,
      mentioned,
    };
  }

  get(name: string, mentioned: Position & { text: string }): AsmSymbol {
    let symbol = this.#byName.get(name);
    if (!symbol) {
      symbol = this.create(name, mentioned);
      this.#byName.set(name, symbol);
    }
    return symbol;
  }

  lookup(name: string): AsmSymbol | undefined {
    return this.#byName.get(name);
  }

  /** A fresh symbol for a further `.set`: what was read so far keeps the old value. */
  replace(old: AsmSymbol): AsmSymbol {
    const symbol: AsmSymbol = { ...old, value: null };
    this.#replaced.push(old);
    this.#byName.set(old.name, symbol);
    return symbol;
  }

  /** `1f`: the label that the next `1:` will define. */
  forward(label: number, mentioned: Position & { text: string }): AsmSymbol {
    let symbol = this.#nextNumeric.get(label);
    if (!symbol) {
      symbol = this.create('', mentioned);
      this.#nextNumeric.set(label, symbol);
    }
    return symbol;
  }

  /** `1b`: the label that the last `1:` defined. */
  backward(label: number): AsmSymbol | undefined {
    return this.#previousNumeric.get(label);
  }

  /** `1:`: the symbol to define. */
  numeric(label: number, mentioned: Position & { text: string }): AsmSymbol {
    const symbol = this.forward(label, mentioned);
    this.#nextNumeric.delete(label);
    this.#previousNumeric.set(label, symbol);
    return symbol;
  }

  /** Numeric labels that were used forwards and never came. */
  missingNumeric(): [number, AsmSymbol][] {
    return [...this.#nextNumeric];
  }

  all(): IterableIterator<AsmSymbol> {
    return this.#byName.values();
  }
}
