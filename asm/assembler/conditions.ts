import { Cursor } from './cursor.ts';
import { StatementError } from './diagnostics.ts';
import { splitArguments } from './macro-arguments.ts';
import type { Statement } from './source.ts';
import type { Unit } from './unit.ts';

interface Level {
  /** This branch is assembled. */
  active: boolean;
  /** Some branch was. */
  taken: boolean;
  sawElse: boolean;
  readonly outer: boolean;
  readonly statement: Statement;
}

/** `.if` and its sisters: which statements count. */
export class Conditions {
  readonly #levels: Level[] = [];

  /** Is what comes now to be assembled? */
  get active(): boolean {
    return this.#levels.at(-1)?.active ?? true;
  }

  /** How many `.if` are open. */
  get depth(): number {
    return this.#levels.length;
  }

  /** `.exitm` leaves the conditions of its macro. */
  unwind(depth: number): void {
    this.#levels.length = Math.min(depth, this.#levels.length);
  }

  /** The innermost `.if` without `.endif`. */
  get open(): Statement | undefined {
    return this.#levels.at(-1)?.statement;
  }

  /** Act on a conditional directive; false where it is none. Throws StatementError. */
  handle(unit: Unit, directive: string, rest: string, statement: Statement): boolean {
    if (directive === '.else' || directive === '.elseif' || directive === '.endif') {
      this.#turn(unit, directive, rest);
      return true;
    }
    if (!/^\.if/.test(directive)) return false;
    const outer = this.active;
    const level: Level = { active: false, taken: false, sawElse: false, outer, statement };
    this.#levels.push(level);
    if (outer) {
      level.active = holds(unit, directive, rest);
      level.taken = level.active;
    }
    return true;
  }

  #turn(unit: Unit, directive: string, rest: string): void {
    const level = this.#levels.at(-1);
    if (!level) throw new StatementError(`${directive} without .if`);
    if (directive === '.endif') {
      this.#levels.pop();
      return;
    }
    if (level.sawElse) throw new StatementError(`${directive} behind .else`);
    level.sawElse = directive === '.else';
    level.active = level.outer && !level.taken && (directive === '.else' || holds(unit, '.if', rest));
    level.taken ||= level.active;
  }
}

const COMPARISONS: Readonly<Record<string, (n: bigint) => boolean>> = {
  '.if': (n) => n !== 0n,
  '.ifne': (n) => n !== 0n,
  '.ifeq': (n) => n === 0n,
  '.ifgt': (n) => n > 0n,
  '.ifge': (n) => n >= 0n,
  '.iflt': (n) => n < 0n,
  '.ifle': (n) => n <= 0n,
};

function holds(unit: Unit, directive: string, rest: string): boolean {
  const compare = COMPARISONS[directive];
  if (compare) {
    const cursor = new Cursor(rest);
    const value = unit.number(cursor, 'condition');
    cursor.expectEnd();
    return compare(value);
  }
  const isDefined = (): boolean => {
    const symbol = unit.symbols.lookup(rest.trim());
    return symbol !== undefined && (symbol.place !== null || symbol.value !== null || symbol.common !== null);
  };
  const [a = '', b = ''] = splitArguments(rest);
  switch (directive) {
    case '.ifdef':
      return isDefined();
    case '.ifndef':
    case '.ifnotdef':
      return !isDefined();
    case '.ifb':
      return rest.trim() === '';
    case '.ifnb':
      return rest.trim() !== '';
    case '.ifc':
    case '.ifeqs':
      return a === b;
    case '.ifnc':
    case '.ifnes':
      return a !== b;
    default:
      throw new StatementError(`unknown directive '${directive}'`, 0);
  }
}
