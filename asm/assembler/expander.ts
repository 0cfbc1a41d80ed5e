import { Conditions } from './conditions.ts';
import { Cursor } from './cursor.ts';
import { StatementError } from './diagnostics.ts';
import { bindArguments, type MacroParameter, parseParameters, splitArguments, substitute } from './macro-arguments.ts';
import type { Statement } from './source.ts';
import type { Unit } from './unit.ts';

interface Macro {
  readonly parameters: readonly MacroParameter[];
  readonly body: readonly Statement[];
}

/** A block that is being read up to its end. */
interface Block {
  readonly kind: '.macro' | '.rept' | '.irp' | '.irpc';
  readonly rest: string;
  readonly statement: Statement;
  readonly body: Statement[];
  depth: number;
}

const MAX_DEPTH = 64;
const MAX_STATEMENTS = 1_000_000;
const OPENS = /^\.(macro|rept|irp|irpc)$/;

/** Macros, repetitions and conditions: statements go in, those to be assembled come out at `run`. */
export class Expander {
  readonly #unit: Unit;
  readonly #run: (statement: Statement) => void;
  readonly #macros = new Map<string, Macro>();
  readonly #conditions = new Conditions();
  #block: Block | null = null;
  #depth = 0;
  #expansions = 0;
  #statements = 0;
  #exit = false;

  constructor(unit: Unit, run: (statement: Statement) => void) {
    this.#unit = unit;
    this.#run = run;
  }

  /** Take one statement. Throws StatementError. */
  feed(statement: Statement): void {
    const [, word = '', rest = ''] = /^(\.?[A-Za-z_][\w.$]*)\s*(.*)$/s.exec(statement.text) ?? [];
    const name = word.toLowerCase();
    if (this.#block) {
      this.#collect(this.#block, name, statement);
      return;
    }
    this.#unit.statement = statement;
    if (this.#conditions.handle(this.#unit, name, rest, statement) || !this.#conditions.active) return;
    if (OPENS.test(name)) {
      this.#block = { kind: name as Block['kind'], rest, statement, body: [], depth: 0 };
      return;
    }
    if (name === '.endm' || name === '.endr') throw new StatementError(`${name} without a beginning`, 0);
    if (name === '.purgem') this.#macros.delete(rest.trim());
    else if (name === '.exitm') this.#exit = true;
    else {
      const macro = this.#macros.get(word);
      if (macro && !/^\s*[:=]/.test(rest)) this.#call(word, macro, rest, statement);
      else this.#run(statement);
    }
  }

  /** After the last statement: what is still open is an error. */
  finish(): void {
    const open = this.#block?.statement ?? this.#conditions.open;
    if (!open) return;
    this.#unit.statement = open;
    throw new StatementError(`${/^\S+/.exec(open.text)?.[0] ?? ''} is never closed`, 0);
  }

  #collect(block: Block, name: string, statement: Statement): void {
    if (OPENS.test(name)) block.depth += 1;
    const closes = name === '.endm' || name === '.endr';
    if (!closes || block.depth > 0) {
      if (closes) block.depth -= 1;
      block.body.push(statement);
      return;
    }
    this.#block = null;
    this.#unit.statement = block.statement;
    const wanted = block.kind === '.macro' ? '.endm' : '.endr';
    if (name !== wanted) throw new StatementError(`${block.kind} ends with ${wanted}, not ${name}`, 0);
    this.#close(block);
  }

  #close(block: Block): void {
    if (block.kind === '.macro') {
      const [, name, parameters = ''] = /^([A-Za-z_.$][\w.$]*)\s*,?\s*(.*)$/s.exec(block.rest) ?? [];
      if (!name) throw new StatementError('.macro needs a name');
      if (this.#macros.has(name)) throw new StatementError(`macro '${name}' is already defined`);
      this.#macros.set(name, { parameters: parseParameters(parameters), body: block.body });
    } else if (block.kind === '.rept') {
      const cursor = new Cursor(block.rest);
      const count = this.#unit.number(cursor, 'count');
      cursor.expectEnd();
      for (let i = 0n; i < count; i += 1n) this.#expand(block.body, new Map(), block.statement);
    } else {
      const [name = '', ...values] = splitArguments(block.rest);
      const each = block.kind === '.irp' ? values : [...(values[0] ?? '')];
      for (const value of each) this.#expand(block.body, new Map([[name, value]]), block.statement);
    }
  }

  #call(name: string, macro: Macro, rest: string, statement: Statement): void {
    const values = bindArguments(name, macro.parameters, rest);
    this.#expansions += 1;
    const conditions = this.#conditions.depth;
    this.#expand(macro.body, values, statement);
    if (this.#exit) this.#conditions.unwind(conditions);
    this.#exit = false;
  }

  /** Feed a body; what goes wrong in it is told at the place that asked for it. */
  #expand(body: readonly Statement[], values: ReadonlyMap<string, string>, caller: Statement): void {
    if (this.#depth >= MAX_DEPTH) throw new StatementError('macros are nested too deeply', 0);
    const count = this.#expansions;
    this.#depth += 1;
    try {
      for (const line of body) {
        if (this.#exit) break;
        this.#statements += 1;
        if (this.#statements > MAX_STATEMENTS) throw new StatementError('macros expand to too many statements', 0);
        const text = substitute(line.text, values, count);
        this.feed({ ...caller, text, expansion: text });
      }
    } finally {
      this.#depth -= 1;
    }
  }
}
