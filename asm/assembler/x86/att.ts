import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import { type Expr, parseExpression } from '../expression.ts';
import type { Unit } from '../unit.ts';
import type { ParsedOperand } from './operand.ts';
import { findRegister, type Register } from './registers.ts';

const REGISTER = /%\s*(st\s*\(\s*\d\s*\)|[A-Za-z]\w*)/iy;

/** `%eax` at the cursor, if there is one. */
function parseRegister(unit: Unit, cursor: Cursor): Register | null {
  cursor.skipBlanks();
  const at = cursor.at;
  const name = cursor.match(REGISTER)?.[1]?.toLowerCase().replace(/\s/g, '');
  if (name === undefined) return null;
  const register = findRegister(name, unit.isa.addressBytes === 8);
  if (!register) throw new StatementError(`bad register name '%${name}'`, at);
  return register;
}

/** Operands in AT&T order. */
export function parseAttOperands(unit: Unit, cursor: Cursor, isBranch: boolean): ParsedOperand[] {
  const operands: ParsedOperand[] = [];
  if (cursor.done) return operands;
  do operands.push(parseOperand(unit, cursor, isBranch));
  while (cursor.accept(','));
  cursor.expectEnd();
  return operands;
}

function parseOperand(unit: Unit, cursor: Cursor, isBranch: boolean): ParsedOperand {
  const indirect = cursor.accept('*');
  if (cursor.accept('$')) {
    const expr = parseExpression(cursor, unit.scope());
    return { operand: { kind: 'imm', expr }, indirect, decoration: '' };
  }
  const register = parseRegister(unit, cursor);
  if (register && !(register.kind === 'segment' && cursor.peek() === ':'))
    return { operand: { kind: 'reg', register }, indirect, decoration: decoration(cursor) };
  if (register) cursor.expect(':');
  return memory(unit, cursor, register, indirect, isBranch);
}

function decoration(cursor: Cursor): string {
  return cursor.match(/(\{%?\w+\}\s*)+/y)?.[0] ?? '';
}

/** `disp(base,index,scale)`, any part of which may be missing. */
function memory(
  unit: Unit,
  cursor: Cursor,
  segment: Register | null,
  indirect: boolean,
  isBranch: boolean,
): ParsedOperand {
  let displacement: Expr | null = null;
  if (!startsRegisters(cursor)) displacement = parseExpression(cursor, unit.scope());
  let base: Register | null = null;
  let index: Register | null = null;
  let scale = 1;
  const hasRegisters = startsRegisters(cursor);
  if (hasRegisters) {
    cursor.expect('(');
    base = parseRegister(unit, cursor);
    if (cursor.accept(',')) {
      index = parseRegister(unit, cursor);
      if (cursor.accept(',') && cursor.peek() !== ')') scale = Number(unit.number(cursor, 'scale'));
    }
    cursor.expect(')');
    if (![1, 2, 4, 8].includes(scale)) throw cursor.error(`scale ${scale} is not 1, 2, 4 or 8`);
  }
  if (isBranch && !indirect && !segment && !hasRegisters && displacement)
    return { operand: { kind: 'target', expr: displacement }, indirect, decoration: '' };
  return {
    operand: { kind: 'mem', segment, displacement, base, index, scale, size: '' },
    indirect,
    decoration: decoration(cursor),
  };
}

/** Is this parenthesis the registers' one, not an expression's? */
function startsRegisters(cursor: Cursor): boolean {
  return /^\(\s*(%|,)/.test(cursor.rest());
}
