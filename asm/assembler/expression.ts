import type { Cursor } from './cursor.ts';
import { StatementError } from './diagnostics.ts';
import type { AsmSymbol } from './symbols.ts';

/** A parsed expression. Numbers are 64-bit two's complement, as gas's are. */
export type Expr =
  | { readonly op: 'num'; readonly value: bigint }
  | { readonly op: 'sym'; readonly symbol: AsmSymbol; readonly variant: string; readonly offset: number }
  | { readonly op: 'reg'; readonly name: string; readonly offset: number }
  | { readonly op: 'neg' | 'not' | 'lnot'; readonly a: Expr }
  | { readonly op: BinaryOp; readonly a: Expr; readonly b: Expr };

export type BinaryOp =
  | ('*' | '/' | '%' | '<<' | '>>')
  | ('|' | '&' | '^' | '!')
  | ('+' | '-')
  | ('==' | '!=' | '<>' | '<' | '>' | '<=' | '>=')
  | ('&&' | '||');

/** gas's own ranks, the highest binding first: they are not C's. */
const RANKS: readonly (readonly BinaryOp[])[] = [
  ['*', '/', '%', '<<', '>>'],
  ['|', '&', '^', '!'],
  ['+', '-'],
  ['==', '!=', '<>', '<', '>', '<=', '>='],
  ['&&'],
  ['||'],
];
const RANK = new Map(RANKS.flatMap((ops, i) => ops.map((op) => [op, RANKS.length - i] as const)));

const BINARY = /<<|>>|<=|>=|<>|==|!=|&&|\|\||[*/%|&^!+\-<>]/y;

/** What the parser asks its surroundings for. */
export interface ExpressionScope {
  symbol(name: string, offset: number): AsmSymbol;
  /** `.` */
  here(): AsmSymbol;
  numeric(label: number, direction: 'f' | 'b', offset: number): AsmSymbol;
  /** A register in an Intel memory operand; elsewhere always false. */
  isRegister?(name: string): boolean;
  /** How relocation variants are written: `foo@PLT` or `foo(PLT)`. */
  readonly variantStyle: '@' | '(';
}

const VARIANT_IN_PARENS =
  /\(\s*(plt|got|gotoff|got_prel|gottpoff|tpoff|tlsgd|tlsldm|tlsldo|target1|target2|prel31|sbrel|none)\s*\)/iy;
const MAX_DEPTH = 200;

/** Parse an expression at the cursor; throws StatementError. */
export function parseExpression(cursor: Cursor, scope: ExpressionScope, minRank = 1, depth = 0): Expr {
  if (depth > MAX_DEPTH) throw cursor.error('expression is nested too deeply');
  let left = parseUnary(cursor, scope, depth);
  for (;;) {
    const mark = cursor.at;
    const op = cursor.match(BINARY)?.[0] as BinaryOp | undefined;
    if (op === undefined) return left;
    const rank = RANK.get(op) ?? 0;
    if (rank < minRank) {
      cursor.at = mark;
      return left;
    }
    left = fold(op, left, parseExpression(cursor, scope, rank + 1, depth + 1));
  }
}

function parseUnary(cursor: Cursor, scope: ExpressionScope, depth: number): Expr {
  if (depth > MAX_DEPTH) throw cursor.error('expression is nested too deeply');
  if (cursor.accept('+')) return parseUnary(cursor, scope, depth + 1);
  if (cursor.accept('-')) return foldUnary('neg', parseUnary(cursor, scope, depth + 1));
  if (cursor.accept('~')) return foldUnary('not', parseUnary(cursor, scope, depth + 1));
  if (cursor.accept('!')) return foldUnary('lnot', parseUnary(cursor, scope, depth + 1));
  if (cursor.accept('(')) {
    const inner = parseExpression(cursor, scope, 1, depth + 1);
    cursor.expect(')');
    return inner;
  }
  return parseAtom(cursor, scope);
}

const LOCAL_LABEL = /(\d+)([bf])(?![\w.$])/y;
const NUMBER = /0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|(\d+)/y;
const NAME = /[A-Za-z_.$][\w.$]*|"(?:[^"\\]|\\.)+"/y;
const AFTER_NUMBER = /[\w.$]/;

function parseAtom(cursor: Cursor, scope: ExpressionScope): Expr {
  cursor.skipBlanks();
  const start = cursor.at;
  const local = cursor.match(LOCAL_LABEL);
  if (local) {
    const direction = local[2] === 'f' ? 'f' : 'b';
    return { op: 'sym', symbol: scope.numeric(Number(local[1]), direction, start), variant: '', offset: start };
  }
  const number = cursor.match(NUMBER);
  if (number) return num(numberValue(number, cursor, start));
  if (cursor.peek() === "'") return num(BigInt(parseCharacter(cursor)));
  const name = cursor.match(NAME)?.[0];
  if (name === undefined) throw cursor.error('expected an expression');
  if (name === '.') return { op: 'sym', symbol: scope.here(), variant: '', offset: start };
  if (scope.isRegister?.(name.toLowerCase())) return { op: 'reg', name: name.toLowerCase(), offset: start };
  const bare = name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, '$1') : name;
  const symbol = scope.symbol(bare, start);
  const variant = parseVariant(cursor, scope);
  if (variant === '' && symbol.value?.op === 'num') return symbol.value;
  return { op: 'sym', symbol, variant, offset: start };
}

function numberValue(match: RegExpExecArray, cursor: Cursor, start: number): bigint {
  const [text, hex, binary, decimal] = match;
  if (AFTER_NUMBER.test(cursor.text.charAt(cursor.at))) throw new StatementError('malformed number', start);
  let value: bigint;
  if (hex !== undefined || binary !== undefined) value = BigInt(text.toLowerCase());
  else if (decimal !== undefined && /^0\d/.test(decimal)) {
    if (/[89]/.test(decimal)) throw new StatementError(`'${decimal}' is not an octal number`, start);
    value = BigInt(`0o${decimal}`);
  } else value = BigInt(text);
  if (value >= 1n << 64n) throw new StatementError(`${text} does not fit 64 bits`, start);
  return value;
}

const VARIANT_AFTER_AT = /@([A-Za-z]\w*)/y;

function parseVariant(cursor: Cursor, scope: ExpressionScope): string {
  const mark = cursor.at;
  const found = cursor.match(scope.variantStyle === '@' ? VARIANT_AFTER_AT : VARIANT_IN_PARENS);
  if (!found) cursor.at = mark;
  return found?.[1]?.toLowerCase() ?? '';
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, '\\': 92, "'": 39, '"': 34 };

function parseCharacter(cursor: Cursor): number {
  cursor.expect("'");
  let c = cursor.text.charAt(cursor.at);
  if (c === '') throw cursor.error('expected a character');
  cursor.at += 1;
  let code = c.charCodeAt(0);
  if (c === '\\') {
    c = cursor.text.charAt(cursor.at);
    cursor.at += 1;
    const octal = /^[0-7]$/.test(c) ? Number(c) : undefined;
    code = ESCAPES[c] ?? octal ?? c.charCodeAt(0);
  }
  if (cursor.text.charAt(cursor.at) === "'") cursor.at += 1;
  return code;
}

export function num(value: bigint): Expr {
  return { op: 'num', value };
}

export function symbolExpr(symbol: AsmSymbol): Expr {
  return { op: 'sym', symbol, variant: '', offset: 0 };
}

function foldUnary(op: 'neg' | 'not' | 'lnot', a: Expr): Expr {
  return a.op === 'num' ? num(applyUnary(op, a.value)) : { op, a };
}

function fold(op: BinaryOp, a: Expr, b: Expr): Expr {
  return a.op === 'num' && b.op === 'num' ? num(applyBinary(op, a.value, b.value)) : { op, a, b };
}

export function addConstant(a: Expr, value: bigint): Expr {
  return value === 0n ? a : fold('+', a, num(value));
}

/** A value in -2^63..2^63-1, or above it where an unsigned number was written. */
function wrap(value: bigint): bigint {
  return value >= 1n << 64n || value < -(1n << 63n) ? BigInt.asIntN(64, value) : value;
}

export function applyUnary(op: 'neg' | 'not' | 'lnot', a: bigint): bigint {
  if (op === 'neg') return wrap(-a);
  return op === 'not' ? wrap(~a) : a === 0n ? 1n : 0n;
}

const truth = (condition: boolean): bigint => (condition ? -1n : 0n);

export function applyBinary(op: BinaryOp, a: bigint, b: bigint): bigint {
  switch (op) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
    case '%':
      if (b === 0n) throw new StatementError('division by zero');
      return op === '/' ? a / b : a % b;
    case '<<':
      return b < 0n || b > 63n ? 0n : wrap(a << b);
    case '>>':
      return b < 0n || b > 63n ? 0n : BigInt.asUintN(64, a) >> b;
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '!':
      return a | ~b;
    case '&&':
      return a !== 0n && b !== 0n ? 1n : 0n;
    case '||':
      return a !== 0n || b !== 0n ? 1n : 0n;
    default:
      return compare(op, a, b);
  }
}

function compare(op: BinaryOp, a: bigint, b: bigint): bigint {
  if (op === '==') return truth(a === b);
  if (op === '!=' || op === '<>') return truth(a !== b);
  if (op === '<') return truth(a < b);
  if (op === '>') return truth(a > b);
  return op === '<=' ? truth(a <= b) : truth(a >= b);
}
