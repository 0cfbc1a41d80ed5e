import type { FixupKind } from '../../object/fixup-kinds.ts';
import * as k from '../../object/fixup-kinds.ts';
import { armImmediate } from '../../object/fixup-kinds.ts';
import type { Cursor } from '../cursor.ts';
import { SYMBOL } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import { type Expr, symbolExpr } from '../expression.ts';
import type { Unit } from '../unit.ts';
import { narrow, thumbVariant, wide } from './branch.ts';
import { armRegister, isArmKeyword } from './registers.ts';

/** A load or store whose address is a label, an `adr`, or `ldr rN, =value`. */
interface LiteralForm {
  readonly register: string;
  readonly second: string;
  readonly equals: boolean;
  readonly expr: Expr;
}

const TAKES_LITERAL =
  /^(ldr|ldrb|ldrh|ldrsb|ldrsh|ldrd|str|strb|strh|strd|vldr|vstr|flds|fldd|adr|pld|pli)(\.(8|16|32|64|f32|f64))?$/;

/** Read `rN, label` or `rN, =value`; leaves the cursor alone where the operands are something else. */
export function parseLiteral(unit: Unit, base: string, cursor: Cursor): LiteralForm | undefined {
  if (!TAKES_LITERAL.test(base)) return undefined;
  const mark = cursor.at;
  let register = '';
  let second = '';
  if (!/^pl[di]$/.test(base)) {
    register = armRegister(cursor.match(SYMBOL)?.[0] ?? '') ?? '';
    if (register === '' || !cursor.accept(',')) return reset(cursor, mark);
    const pair = /^([A-Za-z]\w*)\s*,/.exec(cursor.rest());
    if (/^(ldrd|strd)$/.test(base) && pair?.[1] && armRegister(pair[1])) {
      second = armRegister(pair[1]) ?? '';
      cursor.at += pair[0].length;
    }
  }
  const equals = cursor.accept('=');
  const next = /^[A-Za-z_.$"\d(]/.test(cursor.peek());
  const word = /^[A-Za-z]\w*/.exec(cursor.rest())?.[0];
  if (!equals && (!next || (word && isArmKeyword(word, base)))) return reset(cursor, mark);
  const expr = unit.expression(cursor);
  cursor.expectEnd();
  return { register, second, equals, expr };
}

function reset(cursor: Cursor, mark: number): undefined {
  cursor.at = mark;
  return undefined;
}

const LOADS: readonly (readonly [pattern: RegExp, arm: FixupKind, thumb: FixupKind])[] = [
  [/^(ldr|str)(b?)$|^pl[di]$/, k.ARM_LDR12, k.THUMB_LDR12],
  [/^(ldr|str)(h|sh|sb)$/, k.ARM_LDR8, k.THUMB_LDR12],
  [/^(ldr|str)d$/, k.ARM_LDR8, k.THUMB_LDRD],
  [/^(v(ldr|str)|fld[sd])/, k.ARM_VLDR, k.THUMB_VLDR],
];

/** What emits an instruction given as Keystone's text. */
export type Emit = (mnemonic: string, operands: string) => Uint8Array;

/** Encode one of these forms. `suffix` is the condition as written, `width` `.n`, `.w` or ''. */
export function encodeLiteral(
  unit: Unit,
  base: string,
  suffix: string,
  width: string,
  form: LiteralForm,
  emit: Emit,
): void {
  let target = form.expr;
  if (form.equals) {
    const direct = constantLoad(unit, base, suffix, form, emit);
    if (direct) {
      unit.code(direct);
      return;
    }
    target = symbolExpr(unit.pools.add(unit, form.expr));
  }
  if (base === 'adr') encodeAdr(unit, suffix, width, form, target, emit);
  else encodeLoad(unit, base, suffix, width, form, target, emit);
}

/** `ldr rN, =value` as MOV, MVN or MOVW where one of them does it, as gas chooses. */
function constantLoad(unit: Unit, base: string, suffix: string, form: LiteralForm, emit: Emit): Uint8Array | undefined {
  if (base !== 'ldr') throw new StatementError(`'=' is for ldr, not for ${base}`);
  const value = unit.constant(form.expr);
  if (value === undefined) return undefined;
  if (value < -(1n << 31n) || value >= 1n << 32n) throw new StatementError('value does not fit 32 bits');
  const word = Number(BigInt.asUintN(32, value));
  const inverse = ~word >>> 0;
  const { register } = form;
  if (!unit.thumb) {
    if (armImmediate(word) !== undefined) return emit(`mov${suffix}`, `${register}, #${hex32(word)}`);
    if (armImmediate(inverse) !== undefined) return emit(`mvn${suffix}`, `${register}, #${hex32(inverse)}`);
    return undefined;
  }
  if (register === 'r13' || register === 'r15') return undefined;
  if (isThumbImmediate(word)) return emit(`mov${suffix}.w`, `${register}, #${hex32(word)}`);
  if (isThumbImmediate(inverse)) return emit(`mvn${suffix}.w`, `${register}, #${hex32(inverse)}`);
  return word <= 0xffff ? emit(`movw${suffix}`, `${register}, #${hex32(word)}`) : undefined;
}

const hex32 = (value: number): string => `0x${value.toString(16)}`;

/** A Thumb-2 modified immediate: a byte repeated, or eight bits with the top one set, anywhere. */
function isThumbImmediate(value: number): boolean {
  const b = value & 0xff;
  if (value === b || value === b * 0x00010001 || value === b * 0x01010101) return true;
  if (value === (((value >>> 8) & 0xff) * 0x01000100) >>> 0) return true;
  const shift = 24 - Math.clz32(value);
  return shift >= 0 && ((value >>> shift) << shift) >>> 0 === value;
}

function encodeLoad(
  unit: Unit,
  base: string,
  suffix: string,
  width: string,
  form: LiteralForm,
  target: Expr,
  emit: Emit,
): void {
  const row = LOADS.find(([pattern]) => pattern.test(base));
  if (!row) throw new StatementError(`'${base}' cannot take a label`);
  const number = Number(form.register.slice(1));
  const low = unit.thumb && base === 'ldr' && number < 8 && width !== '.w';
  if (low) {
    const short = thumbVariant(narrow(0x4800 | (number << 8)), k.THUMB_LDR8);
    const long = thumbVariant(wide((0xf8df0000 | (number << 12)) >>> 0), k.THUMB_LDR12);
    unit.relaxable(width === '.n' ? [short] : [short, long], target);
    return;
  }
  const registers = [form.register, form.second].filter((r) => r !== '').map((r) => `${r}, `);
  const needsWide = unit.thumb && /^(ldr|str)/.test(base) && !/d$/.test(base);
  const bytes = emit(`${base}${suffix}${needsWide ? '.w' : ''}`, `${registers.join('')}[pc, #0x0]`);
  const kind = unit.thumb ? row[2] : row[1];
  unit.relaxable([{ bytes, kind, fieldOffset: 0, addend: unit.thumb ? -4 : -8 }], target);
}

function encodeAdr(unit: Unit, suffix: string, width: string, form: LiteralForm, target: Expr, emit: Emit): void {
  const number = Number(form.register.slice(1));
  if (!unit.thumb) {
    const bytes = emit(`add${suffix}`, `${form.register}, pc, #0x0`);
    unit.relaxable([{ bytes, kind: k.ARM_ADR, fieldOffset: 0, addend: -8 }], target);
    return;
  }
  const short = thumbVariant(narrow(0xa000 | (number << 8)), k.THUMB_ADR8);
  const long = thumbVariant(wide((0xf20f0000 | (number << 8)) >>> 0), k.THUMB_ADR12);
  unit.relaxable(number < 8 ? (width === '.n' ? [short] : width === '.w' ? [long] : [short, long]) : [long], target);
}
