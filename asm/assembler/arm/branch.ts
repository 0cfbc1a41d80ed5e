import type { FixupKind } from '../../object/fixup-kinds.ts';
import * as k from '../../object/fixup-kinds.ts';
import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import type { Expr } from '../expression.ts';
import type { Variant } from '../section.ts';
import type { Unit } from '../unit.ts';
import { ALWAYS, armCondition } from './conditions.ts';

export interface Branch {
  readonly op: 'b' | 'bl' | 'blx';
  readonly condition: number;
  readonly width: '' | '.n' | '.w';
}

/** `b`, `bl` and `blx` with a condition: `ble` is b + le, `bleq` is bl + eq. */
export function parseBranch(mnemonic: string): Branch | undefined {
  const width = mnemonic.endsWith('.n') ? '.n' : mnemonic.endsWith('.w') ? '.w' : '';
  const name = width ? mnemonic.slice(0, -2) : mnemonic;
  for (const op of ['b', 'bl', 'blx'] as const) {
    if (name === op) return { op, condition: ALWAYS, width };
    const condition = name.startsWith(op) ? armCondition(name.slice(op.length)) : undefined;
    if (condition !== undefined) return { op, condition, width };
  }
  return undefined;
}

const bytes4 = (word: number): Uint8Array =>
  Uint8Array.of(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24);
/** A 32-bit Thumb instruction, first halfword in the high half. */
export const wide = (word: number): Uint8Array =>
  Uint8Array.of((word >>> 16) & 0xff, word >>> 24, word & 0xff, (word >>> 8) & 0xff);
export const narrow = (half: number): Uint8Array => Uint8Array.of(half & 0xff, half >>> 8);

const variant = (bytes: Uint8Array, kind: FixupKind, addend: number): Variant => ({
  bytes,
  kind,
  fieldOffset: 0,
  addend,
});
export const thumbVariant = (bytes: Uint8Array, kind: FixupKind): Variant => variant(bytes, kind, -4);
export const armVariant = (word: number, kind: FixupKind): Variant => variant(bytes4(word >>> 0), kind, -8);

/** Encode a branch to a label; `inIt`: its condition is the IT block's. */
export function encodeArmBranch(unit: Unit, branch: Branch, target: Expr, inIt: boolean): void {
  unit.relaxable(unit.thumb ? thumbBranch(branch, inIt) : [armBranch(branch)], target);
}

function armBranch({ op, condition }: Branch): Variant {
  const top = (condition << 28) >>> 0;
  if (op === 'b') return armVariant(top | 0x0a000000, k.ARM_JUMP24);
  if (op === 'blx') {
    if (condition !== ALWAYS) throw new StatementError('blx to a label takes no condition', 0);
    return armVariant(0xfa000000, k.ARM_BLX);
  }
  // Only an unconditional BL can become BLX.
  return armVariant(top | 0x0b000000, condition === ALWAYS ? k.ARM_CALL : k.ARM_JUMP24);
}

function thumbBranch({ op, condition, width }: Branch, inIt: boolean): Variant[] {
  if (op !== 'b') {
    if (condition !== ALWAYS && !inIt) throw new StatementError('a conditional call needs an IT block', 0);
    if (op === 'bl') return [thumbVariant(wide(0xf000d000), k.THUMB_CALL)];
    return [thumbVariant(wide(0xf000c000), k.THUMB_BLX)];
  }
  const plain = condition === ALWAYS || inIt;
  const short = plain
    ? thumbVariant(narrow(0xe000), k.THUMB_JUMP11)
    : thumbVariant(narrow(0xd000 | (condition << 8)), k.THUMB_JUMP8);
  const long = plain
    ? thumbVariant(wide(0xf0009000), k.THUMB_JUMP24)
    : thumbVariant(wide((0xf0008000 | (condition << 22)) >>> 0), k.THUMB_JUMP19);
  return width === '.n' ? [short] : width === '.w' ? [long] : [short, long];
}

/** `cbz rN, label` and `cbnz`; false where the mnemonic is neither. */
export function encodeCompareBranch(unit: Unit, mnemonic: string, cursor: Cursor): boolean {
  const found = /^cb(n?)z$/.exec(mnemonic);
  if (!found) return false;
  if (!unit.thumb) throw new StatementError(`'${mnemonic}' exists only in Thumb`, 0);
  const register = cursor.match(/[rR]([0-7])\b|[aA]([1-4])\b|[vV]([1-4])\b/y);
  if (!register) throw cursor.error('expected r0 to r7');
  const [, r, a, v] = register;
  const n = r !== undefined ? Number(r) : a !== undefined ? Number(a) - 1 : Number(v) + 3;
  cursor.expect(',');
  const target = unit.expression(cursor);
  cursor.expectEnd();
  unit.relaxable([thumbVariant(narrow(0xb100 | (found[1] ? 0x800 : 0) | n), k.THUMB_CBZ)], target);
  return true;
}
