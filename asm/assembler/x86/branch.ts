import type { FixupKind } from '../../object/fixup-kinds.ts';
import * as k from '../../object/fixup-kinds.ts';
import { StatementError } from '../diagnostics.ts';
import type { Expr } from '../expression.ts';
import type { Variant } from '../section.ts';
import type { Unit } from '../unit.ts';

const CONDITIONS: Readonly<Record<string, number>> = {
  o: 0,
  no: 1,
  b: 2,
  c: 2,
  nae: 2,
  nb: 3,
  nc: 3,
  ae: 3,
  e: 4,
  z: 4,
  ne: 5,
  nz: 5,
  be: 6,
  na: 6,
  nbe: 7,
  a: 7,
  s: 8,
  ns: 9,
  p: 10,
  pe: 10,
  np: 11,
  po: 11,
  l: 12,
  nge: 12,
  nl: 13,
  ge: 13,
  le: 14,
  ng: 14,
  nle: 15,
  g: 15,
};

/** Branches with an 8-bit distance and no other. */
const SHORT_ONLY: Readonly<Record<string, number>> = {
  loopne: 0xe0,
  loopnz: 0xe0,
  loope: 0xe1,
  loopz: 0xe1,
  loop: 0xe2,
};

/** Does this mnemonic take a branch target? */
export function isBranchMnemonic(mnemonic: string): boolean {
  return (
    /^(jmp|call)[lq]?$/.test(mnemonic) ||
    mnemonic in SHORT_ONLY ||
    /^j[er]?cxz$/.test(mnemonic) ||
    mnemonic === 'xbegin' ||
    conditionOf(mnemonic) !== undefined
  );
}

function conditionOf(mnemonic: string): number | undefined {
  return mnemonic.startsWith('j') ? CONDITIONS[mnemonic.slice(1)] : undefined;
}

/** The condition code of `j<cc>`, `set<cc>`, `cmov<cc>`: two spellings of one are the same instruction. */
export function conditionNumber(condition: string): number | undefined {
  return CONDITIONS[condition];
}

/** Encode a direct branch; false where the mnemonic is none. Short where it reaches, else near, as gas does. */
export function encodeBranch(unit: Unit, mnemonic: string, prefixes: readonly number[], target: Expr): boolean {
  const is64 = unit.isa.addressBytes === 8;
  const near: FixupKind = is64 ? k.PLT32 : k.PC32_WRAPPING;
  const variant = (kind: FixupKind, ...opcode: number[]): Variant => {
    const head = [...prefixes, ...opcode];
    const bytes = Uint8Array.from([...head, ...new Array<number>(kind.lenBytes).fill(0)]);
    return { bytes, kind, fieldOffset: head.length, addend: -kind.lenBytes };
  };
  if (/^call[lq]?$/.test(mnemonic)) {
    const call = variant(near, 0xe8);
    unit.markCode();
    unit.fixup(call.fieldOffset, call.kind, target, call.addend);
    unit.section.tail.data.append(call.bytes);
    return true;
  }
  if (/^jmp[lq]?$/.test(mnemonic)) {
    unit.relaxable([variant(k.PC8, 0xeb), variant(near, 0xe9)], target);
    return true;
  }
  const condition = conditionOf(mnemonic);
  if (condition !== undefined) {
    unit.relaxable([variant(k.PC8, 0x70 | condition), variant(near, 0x0f, 0x80 | condition)], target);
    return true;
  }
  const short = shortOnly(mnemonic, is64);
  if (short) {
    unit.relaxable([variant(k.PC8, ...short)], target);
    return true;
  }
  if (mnemonic === 'xbegin') {
    unit.relaxable([variant(near, 0xc7, 0xf8)], target);
    return true;
  }
  return false;
}

function shortOnly(mnemonic: string, is64: boolean): number[] | undefined {
  const loop = SHORT_ONLY[mnemonic];
  if (loop !== undefined) return [loop];
  if (mnemonic === 'jrcxz' && is64) return [0xe3];
  if (mnemonic === 'jecxz') return is64 ? [0x67, 0xe3] : [0xe3];
  if (mnemonic === 'jcxz' && !is64) return [0x67, 0xe3];
  if (/^j[er]?cxz$/.test(mnemonic)) throw new StatementError(`'${mnemonic}' does not exist in this mode`, 0);
  return undefined;
}
