import type { Cursor } from '../cursor.ts';
import { SYMBOL } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import { type Expr, num } from '../expression.ts';
import type { AsmSymbol, SymbolType } from '../symbols.ts';
import type { Unit } from '../unit.ts';
import type { Directive } from './directive.ts';

const QUOTED = /"((?:[^"\\]|\\.)+)"/y;

/** A symbol's name at the cursor. */
export function parseName(cursor: Cursor): string {
  const quoted = cursor.match(QUOTED);
  const name = quoted?.[1] ?? cursor.match(SYMBOL)?.[0];
  if (name === undefined || name === '.') throw cursor.error('expected a symbol');
  return name;
}

const each =
  (change: (symbol: AsmSymbol) => void): Directive =>
  (unit, cursor) => {
    do {
      cursor.skipBlanks();
      const at = cursor.at;
      change(unit.symbols.get(parseName(cursor), unit.position(at)));
    } while (cursor.accept(','));
  };

const visibility = (value: AsmSymbol['visibility']): Directive =>
  each((symbol) => {
    symbol.visibility = value;
  });

const binding = (value: AsmSymbol['binding']): Directive =>
  each((symbol) => {
    if (value !== 'local' || symbol.binding === 'local') symbol.binding = value;
    if (value === 'local') symbol.keptLocal = true;
  });

const TYPES: Readonly<Record<string, SymbolType>> = {
  function: 'function',
  stt_func: 'function',
  gnu_indirect_function: 'function',
  object: 'object',
  stt_object: 'object',
  common: 'object',
  stt_common: 'object',
  notype: 'notype',
  stt_notype: 'notype',
  tls_object: 'tls_object',
  stt_tls: 'tls_object',
};

function type(unit: Unit, cursor: Cursor): void {
  const symbol = unit.symbols.get(parseName(cursor), unit.position(cursor.at));
  cursor.accept(',');
  const word = cursor.match(/[@%#]?\s*"?(\w+)"?/y);
  const found = word && TYPES[word[1]?.toLowerCase() ?? ''];
  if (!found) throw new StatementError(`unknown symbol type '${word?.[1] ?? ''}'`, cursor.at);
  if (word[1]?.toLowerCase() === 'gnu_indirect_function')
    throw new StatementError('indirect functions need a dynamic loader, and programs here have none');
  symbol.type = found;
  // As in gas: a function defined in Thumb code is a Thumb function.
  const definedInThumb = symbol.place?.section.mapped === '$t' && symbol.place.section === unit.section && unit.thumb;
  if (found === 'function' && definedInThumb) symbol.thumb = true;
}

function size(unit: Unit, cursor: Cursor): void {
  const symbol = unit.symbols.get(parseName(cursor), unit.position(cursor.at));
  cursor.expect(',');
  symbol.size = unit.expression(cursor);
}

/** `.set name, expr` and `name = expr`. `once`: `.equiv`, `name == expr`. */
export function assign(unit: Unit, name: string, expr: Expr, once: boolean): void {
  let symbol = unit.symbols.get(name, unit.position());
  if (name === '.') throw new StatementError("use .org to move '.'");
  if (symbol.place || symbol.common || symbol.fixed || (once && symbol.value))
    throw new StatementError(`'${name}' is already defined`, 0);
  if (mentions(expr, symbol)) throw new StatementError(`'${name}' is set to itself`);
  if (symbol.value) symbol = unit.symbols.replace(symbol);
  const value = unit.constant(expr);
  symbol.value = value !== undefined ? num(value) : expr;
  symbol.fixed = once;
}

/** Does the expression reach `symbol`, directly or through other `.set` symbols? (An earlier value of it is a number by now.) */
function mentions(expr: Expr, symbol: AsmSymbol, depth = 0): boolean {
  if (depth > 100) return true;
  if (expr.op === 'sym') {
    if (expr.symbol === symbol && !symbol.value) return true;
    return expr.symbol.value ? mentions(expr.symbol.value, symbol, depth + 1) : false;
  }
  if (expr.op === 'num' || expr.op === 'reg') return false;
  return mentions(expr.a, symbol, depth + 1) || ('b' in expr && mentions(expr.b, symbol, depth + 1));
}

const set =
  (once: boolean): Directive =>
  (unit, cursor) => {
    const name = parseName(cursor);
    cursor.expect(',');
    assign(unit, name, unit.expression(cursor), once);
  };

/** The largest power of two that is not longer than the object. */
function naturalAlign(lenBytes: number, max: number): number {
  let align = 1;
  while (align * 2 <= lenBytes && align < max) align *= 2;
  return align;
}

/** `.comm name, length, align`; `.lcomm` is the same for a local one. */
const common =
  (local: boolean): Directive =>
  (unit, cursor) => {
    const name = parseName(cursor);
    const symbol = unit.symbols.get(name, unit.position());
    cursor.expect(',');
    const lenBytes = Number(unit.number(cursor, 'length'));
    const align = cursor.accept(',')
      ? Number(unit.number(cursor, 'alignment'))
      : naturalAlign(lenBytes, local ? 8 : 16);
    if (symbol.place || symbol.value) throw new StatementError(`'${name}' is already defined`, 0);
    if (lenBytes < 0 || lenBytes > 1 << 30) throw new StatementError(`length ${lenBytes} is absurd`);
    if (align < 1 || !Number.isInteger(Math.log2(align)) || align > 1 << 20)
      throw new StatementError(`alignment ${align} is not a power of two up to 1 MiB`);
    symbol.type = 'object';
    if (symbol.binding === 'local' && !local && !symbol.keptLocal) symbol.binding = 'global';
    symbol.common = { lenBytes, align };
  };

export const SYMBOL_DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.global': binding('global'),
  '.globl': binding('global'),
  '.weak': binding('weak'),
  '.local': binding('local'),
  '.hidden': visibility('hidden'),
  '.internal': visibility('internal'),
  '.protected': visibility('protected'),
  '.type': type,
  '.size': size,
  '.set': set(false),
  '.equ': set(false),
  '.equiv': set(true),
  '.comm': common(false),
  '.lcomm': common(true),
};
