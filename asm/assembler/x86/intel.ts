import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import { addConstant, type Expr, type ExpressionScope, num, parseExpression } from '../expression.ts';
import type { Memory, ParsedOperand } from './operand.ts';
import { findRegister, type Register } from './registers.ts';

/** What the parser needs besides the cursor; the checker parses Capstone's text with one of its own. */
export interface IntelContext {
  readonly is64: boolean;
  readonly scope: ExpressionScope;
  constant(expr: Expr): bigint | undefined;
}

const REGISTER = /%?(st\s*\(\s*\d\s*\)|[A-Za-z]\w*)(?![\w.$@])/iy;
const SIZE = /(byte|word|dword|fword|qword|tbyte|xword|oword|xmmword|ymmword|zmmword)(\s+ptr\b)?(?=[\s[\w])/iy;
const OFFSET = /offset\s+(?:flat\s*:\s*)?/iy;

function parseRegister(context: IntelContext, cursor: Cursor): Register | null {
  const mark = cursor.at;
  const name = cursor.match(REGISTER)?.[1]?.toLowerCase().replace(/\s/g, '');
  const register = name === undefined ? undefined : findRegister(name, context.is64);
  if (!register) cursor.at = mark;
  return register ?? null;
}

/** Operands in Intel order. */
export function parseIntelOperands(context: IntelContext, cursor: Cursor, isBranch: boolean): ParsedOperand[] {
  const operands: ParsedOperand[] = [];
  if (cursor.done) return operands;
  do operands.push(parseOperand(context, cursor, isBranch));
  while (cursor.accept(','));
  cursor.expectEnd();
  return operands;
}

const plain = (operand: ParsedOperand['operand'], decoration = ''): ParsedOperand => ({
  operand,
  indirect: false,
  decoration,
});

function parseOperand(context: IntelContext, cursor: Cursor, isBranch: boolean): ParsedOperand {
  const bracketed = bracketedOperand(cursor);
  if (bracketed) {
    const inner = parseOperand(context, cursor, isBranch);
    cursor.expect(']');
    return inner;
  }
  if (cursor.match(OFFSET)) return plain({ kind: 'imm', expr: parseExpression(cursor, context.scope) });
  cursor.match(/(short|near)\b(\s+ptr\b)?/iy);
  const size = cursor.match(SIZE)?.[1]?.toLowerCase() ?? '';
  const register = parseRegister(context, cursor);
  if (register && !(register.kind === 'segment' && cursor.peek() === ':')) {
    if (size !== '') throw cursor.error('a register takes no size');
    return plain({ kind: 'reg', register }, decoration(cursor));
  }
  if (register) cursor.expect(':');
  return memoryOrImmediate(context, cursor, register, size, isBranch);
}

/** gcc writes `jmp [DWORD PTR .L4[0+eax*4]]`: brackets around a whole operand. */
function bracketedOperand(cursor: Cursor): boolean {
  return /^\[\s*(byte|word|dword|qword)\s+ptr\b/i.test(cursor.rest()) && cursor.accept('[');
}

function decoration(cursor: Cursor): string {
  return cursor.match(/(\{\w+\}\s*)+/y)?.[0] ?? '';
}

/** `[base + index*4 + 8]`, `sym[rip]`, `fs:0x28`, a bare symbol (memory), a bare number (immediate). */
function memoryOrImmediate(
  context: IntelContext,
  cursor: Cursor,
  segment: Register | null,
  size: string,
  isBranch: boolean,
): ParsedOperand {
  const parts = new AddressParts(context);
  let bracketed = false;
  let outside: Expr | null = null;
  if (cursor.peek() !== '[') outside = parseExpression(cursor, context.scope);
  while (cursor.accept('[')) {
    bracketed = true;
    const scope = { ...context.scope, isRegister: (name: string) => findRegister(name, context.is64) !== undefined };
    parts.add(parseExpression(cursor, scope), 1n);
    cursor.expect(']');
  }
  if (outside) parts.add(outside, 1n);
  const memory: Memory = { kind: 'mem', segment, size, ...parts.finish() };
  if (bracketed || segment) return plain(memory, decoration(cursor));
  const expr = outside ?? num(0n);
  if (isBranch && size === '') return plain({ kind: 'target', expr });
  // A name known to be a number is one; any other name is what stands at its address.
  if (size === '' && context.constant(expr) !== undefined) return plain({ kind: 'imm', expr });
  return plain(memory, decoration(cursor));
}

/** Sorts the terms of an address expression into base, index, scale and displacement. */
class AddressParts {
  readonly #context: IntelContext;
  #base: Register | null = null;
  #index: Register | null = null;
  #scale = 1;
  #displacement: Expr | null = null;

  constructor(context: IntelContext) {
    this.#context = context;
  }

  add(expr: Expr, sign: 1n | -1n): void {
    if (!hasRegister(expr)) this.#addDisplacement(expr, sign);
    else if (expr.op === 'reg') this.#addRegister(expr.name, null, sign, expr.offset);
    else if (expr.op === '+' || expr.op === '-') {
      this.add(expr.a, sign);
      this.add(expr.b, expr.op === '-' ? (sign === 1n ? -1n : 1n) : sign);
    } else if (expr.op === '*') {
      const [register, factor] = expr.a.op === 'reg' ? [expr.a, expr.b] : [expr.b, expr.a];
      const scale = this.#context.constant(factor);
      if (register.op !== 'reg' || scale === undefined) throw new StatementError('an index is register * number');
      this.#addRegister(register.name, Number(scale), sign, register.offset);
    } else throw new StatementError('registers can only be added and scaled');
  }

  #addDisplacement(expr: Expr, sign: 1n | -1n): void {
    if (!this.#displacement && sign === 1n) {
      this.#displacement = expr;
      return;
    }
    const value = this.#context.constant(expr);
    const before = this.#displacement ?? num(0n);
    if (value !== undefined) this.#displacement = addConstant(before, sign * value);
    else this.#displacement = { op: sign === 1n ? '+' : '-', a: before, b: expr };
  }

  #addRegister(name: string, scale: number | null, sign: 1n | -1n, offset: number): void {
    const register = findRegister(name, this.#context.is64);
    if (!register || sign < 0n) throw new StatementError('a register cannot be subtracted', offset);
    if (scale !== null && ![1, 2, 4, 8].includes(scale))
      throw new StatementError(`scale ${scale} is not 1, 2, 4 or 8`, offset);
    const isStack = register.number === 4 && register.kind === 'gpr';
    if (scale === null && !this.#base) this.#base = register;
    else if (!this.#index && (scale !== null || !isStack)) {
      this.#index = register;
      this.#scale = scale ?? 1;
    } else if (!this.#index && this.#base) {
      // esp cannot be an index: the two change places
      this.#index = this.#base;
      this.#base = register;
    } else throw new StatementError('too many registers in an address', offset);
  }

  finish(): Pick<Memory, 'base' | 'index' | 'scale' | 'displacement'> {
    return { base: this.#base, index: this.#index, scale: this.#scale, displacement: this.#displacement };
  }
}

function hasRegister(expr: Expr): boolean {
  if (expr.op === 'reg') return true;
  if (expr.op === 'num' || expr.op === 'sym') return false;
  return hasRegister(expr.a) || ('b' in expr && hasRegister(expr.b));
}
