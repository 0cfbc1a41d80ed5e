import type { Cursor } from '../cursor.ts';
import { SYMBOL } from '../cursor.ts';
import type { Expr } from '../expression.ts';
import { hex, type Unit } from '../unit.ts';
import { isArmKeyword } from './registers.ts';

/** An operand list as Keystone reads it, with holes where expressions stand. */
export interface ArmOperands {
  /** Text between the expressions: one piece more than there are expressions. */
  readonly pieces: readonly string[];
  readonly exprs: readonly Expr[];
  /** `:lower16:` and `:upper16:`, for the one expression of movw and movt. */
  readonly half: '' | 'lower16' | 'upper16';
}

const FLOAT = /#\s*([+-]?\d+\.\d*(?:[eE][+-]?\d+)?)/y;
const HALF = /#?\s*:(lower16|upper16):/iy;
const LANE = /\[\s*(\d*)\s*\]/y;
const ALIGNMENT = /[:@]\s*(0x[0-9a-f]+|\d+)/iy;

/** Read the operands at the cursor up to the end of the statement. */
export function parseArmOperands(unit: Unit, cursor: Cursor, mnemonic: string): ArmOperands {
  const pieces: string[] = [''];
  const exprs: Expr[] = [];
  let half: ArmOperands['half'] = '';
  const text = (s: string): void => {
    pieces.push((pieces.pop() ?? '') + s);
  };
  const expression = (): void => {
    exprs.push(unit.expression(cursor));
    pieces.push('');
  };
  while (!cursor.done) {
    const lower = cursor.match(HALF);
    const float = lower ? null : cursor.match(FLOAT);
    if (lower) {
      half = lower[1]?.toLowerCase() === 'lower16' ? 'lower16' : 'upper16';
      text('#');
      expression();
    } else if (float) text(`#${float[1]}`);
    else if (cursor.accept('#') || /[-+\d~'(]/.test(cursor.peek())) {
      // `-r2` and `+r2` are an index with its sign.
      const sign = /^([-+])\s*([A-Za-z]\w*)/.exec(cursor.rest());
      if (sign?.[2] && isArmKeyword(sign[2], mnemonic)) {
        cursor.accept(sign[1] ?? '');
        text(sign[1] ?? '');
        continue;
      }
      text('#');
      expression();
    } else operandWord(cursor, mnemonic, text, expression);
  }
  return { pieces, exprs, half };
}

function operandWord(cursor: Cursor, mnemonic: string, text: (s: string) => void, expression: () => void): void {
  const mark = cursor.at;
  const word = cursor.match(SYMBOL)?.[0];
  if (word === undefined) {
    const alignment = cursor.match(ALIGNMENT);
    if (alignment) text(`:${Number(alignment[1])}`);
    else {
      text(cursor.peek());
      cursor.at += 1;
    }
    return;
  }
  if (isArmKeyword(word, mnemonic)) {
    text(word.toLowerCase());
    const lane = /^[dsq]\d/i.test(word) ? cursor.match(LANE) : null;
    if (lane) text(`[${lane[1]}]`);
    else text(' ');
    return;
  }
  cursor.at = mark;
  text('#');
  expression();
}

/** The operand text with these numbers in the holes. */
export function renderArm(operands: ArmOperands, numbers: readonly bigint[]): string {
  let out = operands.pieces[0] ?? '';
  numbers.forEach((n, i) => {
    out += hex(n) + (operands.pieces[i + 1] ?? '');
  });
  return out.replace(/\s+/g, ' ').trim();
}
