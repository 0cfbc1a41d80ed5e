import * as k from '../../object/fixup-kinds.ts';
import type { Expr } from '../expression.ts';
import type { Section } from '../section.ts';
import type { AsmSymbol } from '../symbols.ts';
import type { Unit } from '../unit.ts';

interface Entry {
  readonly label: AsmSymbol;
  readonly expr: Expr;
  readonly constant: bigint | undefined;
}

/** The literals of `ldr rN, =value` that wait for `.ltorg` or the end of their section. */
export class LiteralPools {
  readonly #waiting = new Map<Section, Entry[]>();

  /** The label of a word that will hold `expr`; equal literals share one. */
  add(unit: Unit, expr: Expr): AsmSymbol {
    const entries = this.#waiting.get(unit.section) ?? [];
    this.#waiting.set(unit.section, entries);
    const constant = unit.constant(expr);
    const word = constant === undefined ? undefined : BigInt.asUintN(32, constant);
    const same = entries.find((e) => (word === undefined ? isSame(unit, e.expr, expr) : e.constant === word));
    if (same) return same.label;
    const label = unit.symbols.create('', unit.position());
    entries.push({ label, expr, constant: word });
    return label;
  }

  /** `.ltorg`: put what waits for this section here, on a word boundary. */
  flush(unit: Unit): void {
    const entries = this.#waiting.get(unit.section);
    if (!entries || entries.length === 0) return;
    this.#waiting.delete(unit.section);
    unit.mark('$d');
    unit.section.align = Math.max(unit.section.align, 4);
    unit.push({ kind: 'align', align: 4, maxSkip: 4, fill: new Uint8Array(1), lenBytes: 0, offset: 0 });
    for (const { label, expr } of entries) {
      label.place = unit.here();
      unit.datum(k.ABS32, expr);
    }
  }

  /** At the end of the source: every section gets its pool. */
  flushAll(unit: Unit): void {
    for (const section of [...this.#waiting.keys()]) {
      unit.switchTo(section);
      this.flush(unit);
    }
  }
}

function isSame(unit: Unit, a: Expr, b: Expr): boolean {
  const x = unit.settled(a);
  const y = unit.settled(b);
  if (!x?.symbol || !y) return false;
  return x.symbol === y.symbol && x.minus === y.minus && x.offset === y.offset && x.variant === y.variant;
}
