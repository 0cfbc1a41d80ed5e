import { StatementError } from './diagnostics.ts';
import { applyBinary, applyUnary, type Expr } from './expression.ts';
import type { AsmSymbol } from './symbols.ts';

/** `symbol - minus + offset`; a plain number where both symbols are null. */
export interface Value {
  readonly symbol: AsmSymbol | null;
  readonly minus: AsmSymbol | null;
  readonly offset: bigint;
  /** `@PLT` and the like, lower case. */
  readonly variant: string;
}

/** The distance `a - b` in bytes, or undefined where it is not (yet) known. */
export type Distance = (a: AsmSymbol, b: AsmSymbol) => bigint | undefined;

const MAX_CHAIN = 100;

/** What an expression comes to. Throws StatementError where no linker could express it. */
export function evaluate(expr: Expr, distance: Distance, depth = 0): Value {
  if (depth > MAX_CHAIN) throw new StatementError('symbol is defined in terms of itself');
  switch (expr.op) {
    case 'num':
      return constant(expr.value);
    case 'reg':
      throw new StatementError(`register '${expr.name}' in an expression`, expr.offset);
    case 'sym':
      if (expr.symbol.value) return evaluate(expr.symbol.value, distance, depth + 1);
      return { symbol: expr.symbol, minus: null, offset: 0n, variant: expr.variant };
    case 'neg': {
      const a = evaluate(expr.a, distance, depth);
      if (a.variant !== '') throw notAbsolute();
      return reduce({ symbol: a.minus, minus: a.symbol, offset: applyUnary('neg', a.offset), variant: '' }, distance);
    }
    case 'not':
    case 'lnot':
      return constant(applyUnary(expr.op, absolute(evaluate(expr.a, distance, depth))));
    default: {
      const a = evaluate(expr.a, distance, depth);
      const b = evaluate(expr.b, distance, depth);
      if (expr.op === '+') return add(a, b, distance);
      if (expr.op === '-') return add(a, { ...b, symbol: b.minus, minus: b.symbol, offset: -b.offset }, distance);
      return constant(comparable(expr.op, a, b, distance) ?? applyBinary(expr.op, absolute(a), absolute(b)));
    }
  }
}

function constant(offset: bigint): Value {
  return { symbol: null, minus: null, offset, variant: '' };
}

function notAbsolute(): StatementError {
  return new StatementError('expression must come to a number or to symbol ± number');
}

function absolute(value: Value): bigint {
  if (value.symbol || value.minus) throw notAbsolute();
  return value.offset;
}

/** Two labels may be compared where their distance is known. */
function comparable(op: string, a: Value, b: Value, distance: Distance): bigint | undefined {
  if (!a.symbol || !b.symbol || a.minus || b.minus || !/^([<>]=?|==|!=|<>)$/.test(op)) return undefined;
  const d = distance(a.symbol, b.symbol);
  if (d === undefined) return undefined;
  return applyBinary(op as '<', d + a.offset - b.offset, 0n);
}

function add(a: Value, b: Value, distance: Distance): Value {
  const plus = [a.symbol, b.symbol].filter((s) => s !== null);
  const minus = [a.minus, b.minus].filter((s) => s !== null);
  let offset = applyBinary('+', a.offset, b.offset);
  for (let i = plus.length - 1; i >= 0; i -= 1) {
    for (let j = minus.length - 1; j >= 0; j -= 1) {
      const p = plus[i];
      const m = minus[j];
      const d = p && m ? distance(p, m) : undefined;
      if (d === undefined) continue;
      offset += d;
      plus.splice(i, 1);
      minus.splice(j, 1);
      break;
    }
  }
  if (plus.length > 1 || minus.length > 1) throw notAbsolute();
  return { symbol: plus[0] ?? null, minus: minus[0] ?? null, offset, variant: a.variant || b.variant };
}

function reduce(value: Value, distance: Distance): Value {
  return add(value, constant(0n), distance);
}
