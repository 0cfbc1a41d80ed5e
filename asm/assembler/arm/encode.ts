import type { FixupKind } from '../../object/fixup-kinds.ts';
import * as k from '../../object/fixup-kinds.ts';
import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import type { Unit } from '../unit.ts';
import { encodeArmBranch, encodeCompareBranch, parseBranch } from './branch.ts';
import { ALWAYS, armCondition, CONDITION_NAMES, splitMnemonic, unifiedOrder } from './conditions.ts';
import { encodeLiteral, parseLiteral } from './literal.ts';
import { type ArmOperands, parseArmOperands, renderArm } from './operands.ts';
import { armRegister } from './registers.ts';
import { verifyArm } from './verify.ts';

const WORD = /[A-Za-z][\w.]*/y;

/** Encode the ARM or Thumb instruction at the cursor into the unit. Throws StatementError. */
export function encodeArm(unit: Unit, cursor: Cursor): void {
  cursor.skipBlanks();
  const at = cursor.at;
  const written = cursor.match(WORD)?.[0].toLowerCase();
  if (written === undefined) throw cursor.error('expected an instruction');
  if (unit.thumb && openItBlock(unit, written, cursor)) return;
  const mnemonic = unifiedOrder(written) ?? written;
  const itCondition = takeItCondition(unit, mnemonic);
  const branch = parseBranch(mnemonic);
  if (branch && !(branch.op === 'blx' && isRegisterNext(cursor))) {
    const target = unit.expression(cursor);
    cursor.expectEnd();
    encodeArmBranch(unit, branch, target, itCondition !== null);
    return;
  }
  if (encodeCompareBranch(unit, mnemonic, cursor)) return;
  const encoder = new ArmEncoder(unit, itCondition, at);
  const { base, condition, width } = splitMnemonic(mnemonic);
  const literal = parseLiteral(unit, base, cursor);
  if (literal) {
    const suffix = condition === ALWAYS ? '' : (CONDITION_NAMES[condition] ?? '');
    encodeLiteral(unit, base, suffix, width, literal, (m, operands) => encoder.assemble(m, operands));
    return;
  }
  encoder.encode(mnemonic, parseArmOperands(unit, cursor, base));
}

function isRegisterNext(cursor: Cursor): boolean {
  return armRegister(/^\w+/.exec(cursor.rest())?.[0] ?? '') !== undefined;
}

/** `itte eq`: the conditions of the next instructions. */
function openItBlock(unit: Unit, mnemonic: string, cursor: Cursor): boolean {
  const found = /^it([te]{0,3})$/.exec(mnemonic);
  if (!found) return false;
  if (unit.itBlock.length > 0) throw new StatementError('IT inside an IT block', 0);
  const name = cursor.match(/\w+/y)?.[0].toLowerCase() ?? '';
  const condition = armCondition(name);
  if (condition === undefined) throw cursor.error('expected a condition');
  cursor.expectEnd();
  const bytes = unit.keystone.assemble('thumb', 'arm', `${mnemonic} ${name}`);
  if (typeof bytes === 'string') throw new StatementError(bytes, 0);
  unit.itBlock = [condition, ...[...(found[1] ?? '')].map((c) => (c === 't' ? condition : condition ^ 1))];
  unit.code(bytes);
  return true;
}

/** The condition the IT block gives this instruction; null outside one. */
function takeItCondition(unit: Unit, mnemonic: string): number | null {
  const expected = unit.itBlock.shift();
  if (expected === undefined) return null;
  const condition = parseBranch(mnemonic)?.condition ?? splitMnemonic(mnemonic).condition;
  if (condition !== expected && !/^(bkpt|nop)/.test(mnemonic)) {
    const name = CONDITION_NAMES[expected] ?? '';
    throw new StatementError(`the IT block expects condition '${name}' here`, 0);
  }
  return condition;
}

/** An instruction that is encoded again when its number is known. */
const late = (lenBytes: number): FixupKind => ({ ...k.ABS32, name: 'late', lenBytes });

class ArmEncoder {
  readonly #unit: Unit;
  readonly #itCondition: number | null;
  readonly #at: number;
  readonly #thumb: boolean;
  /** As written, for messages. */
  readonly #text: string;

  constructor(unit: Unit, itCondition: number | null, at: number) {
    this.#unit = unit;
    this.#itCondition = itCondition;
    this.#at = at;
    this.#thumb = unit.thumb;
    this.#text = unit.statement.text;
  }

  encode(mnemonic: string, operands: ArmOperands): void {
    const unit = this.#unit;
    const [first] = operands.exprs;
    if (operands.half !== '' && first) {
      this.#encodeHalf(mnemonic, operands, first);
      return;
    }
    const numbers = operands.exprs.map((expr) => unit.constant(expr));
    const waiting = numbers.indexOf(undefined);
    const render = (value: bigint): string =>
      renderArm(
        operands,
        numbers.map((n) => n ?? value),
      );
    if (waiting < 0) {
      unit.code(this.assemble(mnemonic, render(0n)));
      return;
    }
    const expr = operands.exprs[waiting];
    if (!expr || numbers.filter((n) => n === undefined).length > 1)
      throw this.#error('only one operand may wait for a symbol that is defined later');
    const bytes = this.assemble(mnemonic, render(0n));
    unit.markCode();
    unit.fixup(0, late(bytes.length), expr, 0, (value) => this.assemble(mnemonic, render(value)));
    unit.section.tail.data.append(bytes);
  }

  /** `movw rN, #:lower16:expr` and `movt rN, #:upper16:expr`. */
  #encodeHalf(mnemonic: string, operands: ArmOperands, expr: NonNullable<ArmOperands['exprs'][0]>): void {
    const isTop = /^movt/.test(mnemonic);
    if (!/^mov[wt]/.test(mnemonic)) throw this.#error(`:${operands.half}: is for movw and movt`);
    if (isTop !== (operands.half === 'upper16'))
      throw this.#error(`${mnemonic} takes :${isTop ? 'upper16' : 'lower16'}:`);
    const bytes = this.assemble(mnemonic, renderArm(operands, [0n]));
    const kind = this.#thumb ? (isTop ? k.THUMB_MOVT : k.THUMB_MOVW) : isTop ? k.ARM_MOVT : k.ARM_MOVW;
    this.#unit.markCode();
    this.#unit.fixup(0, kind, expr, 0);
    this.#unit.section.tail.data.append(bytes);
  }

  /** Through Keystone and checked. */
  assemble(mnemonic: string, operands: string): Uint8Array {
    const it = this.#thumb && this.#itCondition !== null && this.#itCondition !== ALWAYS;
    const prefix = it ? `it ${CONDITION_NAMES[this.#itCondition ?? ALWAYS]}\n` : '';
    const head = it ? 2 : 0;
    let complaint = '';
    for (const spelling of spellings(mnemonic, operands, this.#thumb)) {
      const result = this.#keystone(prefix + spelling.text);
      if (typeof result === 'string') complaint ||= result;
      else if (!spelling.isWide || result.length - head === 4) {
        const wrong = verifyArm(this.#unit, this.#thumb, mnemonic, operands, result, it);
        if (wrong !== null) throw this.#error(wrong);
        return result.subarray(head);
      }
    }
    throw this.#error(`${complaint || 'has no 32-bit encoding'}: '${this.#text}'`);
  }

  /** ARMv8 where ARMv7 of this build lacks the instruction (udiv, dmb ishld). */
  #keystone(text: string): Uint8Array | string {
    const { keystone } = this.#unit;
    const old = keystone.assemble(this.#thumb ? 'thumb' : 'arm', 'arm', text);
    if (typeof old !== 'string') return old;
    const newer = keystone.assemble(this.#thumb ? 'thumbv8' : 'armv8', 'arm', text);
    return typeof newer === 'string' ? old : newer;
  }

  #error(message: string): StatementError {
    return new StatementError(message, this.#at);
  }
}

interface Spelling {
  readonly text: string;
  /** Only a 32-bit result will do. */
  readonly isWide: boolean;
}

const SHIFTED_MOVE = /^(\S+)\s*,\s*(\S+)\s*,\s*(lsl|lsr|asr|ror)\s+(.+)$/;

/** Ways to write an instruction: Keystone refuses `.w` where an instruction has no narrow form, and on shifted moves. */
function spellings(mnemonic: string, operands: string, thumb: boolean): Spelling[] {
  const text = `${mnemonic} ${operands}`.trim();
  const out: Spelling[] = [{ text, isWide: false }];
  if (!thumb || !mnemonic.endsWith('.w')) return out;
  const bare = mnemonic.slice(0, -2);
  const shifted = /^mov(s?)(..)?$/.exec(bare);
  const parts = SHIFTED_MOVE.exec(operands);
  if (shifted && parts)
    out.push({
      text: `${parts[3]}${shifted[1]}${shifted[2] ?? ''}.w ${parts[1]}, ${parts[2]}, ${parts[4]}`,
      isWide: true,
    });
  out.push({ text: `${bare} ${operands}`.trim(), isWide: true });
  return out;
}
