import { Cursor } from '../cursor.ts';
import type { Expr, ExpressionScope } from '../expression.ts';
import { hex, type Unit } from '../unit.ts';
import { type IntelContext, parseIntelOperands } from './intel.ts';
import { sameMnemonic } from './mnemonics.ts';
import { type Memory, type Operand, type ParsedOperand, SIZE_BITS } from './operand.ts';

/** An operand with its number: what was asked for, or what Capstone read. */
interface Concrete {
  readonly operand: Operand;
  readonly number: bigint;
}

const NO_SYMBOLS: ExpressionScope = {
  symbol: (name) => {
    throw new Error(`unexpected '${name}'`);
  },
  here: () => {
    throw new Error("unexpected '.'");
  },
  numeric: () => {
    throw new Error('unexpected label');
  },
  variantStyle: '@',
};

const asNumber = (expr: Expr | null): bigint => (expr?.op === 'num' ? expr.value : 0n);

/** Disassemble what Keystone made and compare it with what was asked; null where they agree, else what is wrong. */
export function verifyX86(
  unit: Unit,
  mnemonic: string,
  operands: readonly ParsedOperand[],
  numbers: readonly bigint[],
  bytes: Uint8Array,
): string | null {
  const decoded = unit.capstone.decoder(unit.isa.name, 'intel', false).decode(bytes, 0, 0n);
  if (!decoded || decoded.lenBytes !== bytes.length) return 'cannot be encoded: the result is no instruction';
  const is = `${decoded.mnemonic} ${decoded.operands}`.trim();
  const wrong = `cannot be encoded as written: it would come out as '${is}'`;
  if (!sameMnemonic(mnemonic, decoded.mnemonic, unit.syntax)) return wrong;
  const asked = operands.map(({ operand }, i) => ({ operand, number: numbers[i] ?? 0n }));
  // AT&T turns all operands round but those of ENTER.
  if (unit.syntax === 'att' && !mnemonic.startsWith('enter')) asked.reverse();
  const got = parseDecoded(decoded.operands, unit.isa.addressBytes === 8);
  if (!got) return null; // a form only Capstone writes (far pointers, rounding modes): the mnemonic has to do
  return new Comparison(mnemonic, got, unit.isa.addressBytes * 8).matches(asked)
    ? null
    : (immediateComplaint(asked, got) ?? wrong);
}

function parseDecoded(text: string, is64: boolean): Concrete[] | null {
  const context: IntelContext = {
    is64,
    scope: NO_SYMBOLS,
    constant: (expr) => (expr.op === 'num' ? expr.value : undefined),
  };
  try {
    return parseIntelOperands(context, new Cursor(text.replace(/^ptr \[/, '[')), false).map(({ operand }) => ({
      operand,
      number: operand.kind === 'reg' ? 0n : asNumber(operand.kind === 'mem' ? operand.displacement : operand.expr),
    }));
  } catch {
    return null;
  }
}

/** A better message where the only trouble is a number that did not fit. */
function immediateComplaint(asked: readonly Concrete[], got: readonly Concrete[]): string | null {
  const a = asked.find(({ operand }) => operand.kind === 'imm');
  const g = got.find(({ operand }) => operand.kind === 'imm');
  if (!a || !g || a.number === g.number) return null;
  return `immediate ${hex(a.number)} does not fit this instruction (it would become ${hex(g.number)})`;
}

const SHIFTS = /^(sh[lr]|sa[lr]|ro[lr]|rc[lr]|shld|shrd|bt[srcx]?|rorx|in|out|int|psll|psrl|psra|enter|xabort)/;

class Comparison {
  readonly #mnemonic: string;
  readonly #got: readonly Concrete[];
  readonly #addressBits: number;

  constructor(mnemonic: string, got: readonly Concrete[], addressBits: number) {
    this.#mnemonic = mnemonic;
    this.#got = got;
    this.#addressBits = addressBits;
  }

  matches(asked: readonly Concrete[]): boolean {
    const got = this.#got;
    if (asked.length === 0) return true; // all operands implied
    if (got.length === 0 && /^xchg/.test(this.#mnemonic)) return true; // 66 90 and its like
    if (this.#inOrder(asked, got)) return true;
    if (/^(xchg|test)/.test(this.#mnemonic) && this.#inOrder(asked, [...got].reverse())) return true;
    // Operands that one side leaves implied: st(0), cl, a shift by 1, strings' addresses.
    return asked.length < got.length ? this.#subsequence(asked, got) : this.#withoutImplied(asked, got);
  }

  #inOrder(asked: readonly Concrete[], got: readonly Concrete[]): boolean {
    return asked.length === got.length && asked.every((a, i) => this.#same(a, got[i]));
  }

  #subsequence(asked: readonly Concrete[], got: readonly Concrete[]): boolean {
    let next = 0;
    for (const g of got) if (next < asked.length && this.#same(asked[next] as Concrete, g)) next += 1;
    return next === asked.length;
  }

  #withoutImplied(asked: readonly Concrete[], got: readonly Concrete[]): boolean {
    const left = asked.filter((a) => !isImplied(this.#mnemonic, a));
    const rest =
      left.length === got.length
        ? left
        : asked.filter((a) => a.operand.kind !== 'reg' || a.operand.register.name !== 'st(0)');
    return this.#inOrder(rest, got) || (rest.length < got.length && this.#subsequence(rest, got));
  }

  #same(a: Concrete, g: Concrete | undefined): boolean {
    if (!g) return false;
    const x = a.operand;
    const y = g.operand;
    if (x.kind === 'reg' && y.kind === 'reg') return this.#sameRegister(x.register, y.register);
    if (x.kind === 'mem' && y.kind === 'mem') return this.#sameMemory(x, a.number, y, g.number);
    if (x.kind === 'mem' && y.kind === 'reg') return y.register.name === 'dx' && x.base?.name === 'dx';
    if (x.kind === 'imm' && y.kind === 'imm') return this.#sameImmediate(a.number, g.number);
    // An address that Capstone prints as a bare number (moffs, far jumps).
    if (x.kind === 'mem' && y.kind === 'imm') return !x.base && !x.index && a.number === g.number;
    return false;
  }

  #sameRegister(
    a: { name: string; kind: string; number: number },
    g: { name: string; kind: string; number: number },
  ): boolean {
    if (a.name === g.name) return true;
    const anySize =
      /^(mov|push|pop|str|sldt|smsw|lldt|ltr|lmsw|ver[rw]|lar|lsl|mov[dq]|pinsr|pextr|movmsk|pmovmsk|nop|xchg)/.test(
        this.#mnemonic,
      );
    const withSegment = this.#got.some(({ operand }) => operand.kind === 'reg' && operand.register.kind === 'segment');
    return (
      a.kind === g.kind &&
      a.number === g.number &&
      anySize &&
      (withSegment || !/^(mov|push|pop|xchg)[bwlq]?$/.test(this.#mnemonic))
    );
  }

  #sameMemory(a: Memory, aNumber: bigint, g: Memory, gNumber: bigint): boolean {
    const bits = a.base?.bits ?? a.index?.bits ?? this.#addressBits;
    const reach = a.base || a.index ? 32n : BigInt(bits);
    const fits = aNumber >= -(1n << (reach - 1n)) && aNumber < 1n << BigInt(bits);
    if (!fits || BigInt.asUintN(bits, aNumber) !== BigInt.asUintN(bits, gNumber)) return false;
    if (a.size !== '' && g.size !== '' && SIZE_BITS[a.size] !== SIZE_BITS[g.size] && !this.#isVector()) return false;
    const name = (r: Memory['base']): string => (r && !/^[er]iz$/.test(r.name) ? r.name : '');
    const direct = name(a.base) === name(g.base) && name(a.index) === name(g.index);
    const swapped = a.scale === 1 && name(a.base) === name(g.index) && name(a.index) === name(g.base);
    // (,%eax,1) is the same address as (%eax).
    if (!direct && !swapped) return false;
    if (direct && name(a.index) !== '' && a.scale !== g.scale) return false;
    return sameSegment(a, g, this.#addressBits === 64);
  }

  /** Capstone misnames the width of some scalar vector operands (comisd). */
  #isVector(): boolean {
    return this.#got.some(({ operand }) => operand.kind === 'reg' && operand.register.kind === 'vector');
  }

  #sameImmediate(a: bigint, g: bigint): boolean {
    const bits = this.#immediateBits();
    if (a < -(1n << BigInt(bits - 1)) || a >= 1n << BigInt(bits)) return false;
    return BigInt.asUintN(bits, a) === BigInt.asUintN(bits, g);
  }

  /** How wide a number the instruction can mean: its operands' width, or a byte where it only takes one. */
  #immediateBits(): number {
    if (SHIFTS.test(this.#mnemonic)) return /^enter/.test(this.#mnemonic) ? 16 : 8;
    if (/^(ret|lret|retf)/.test(this.#mnemonic)) return 16;
    const widest = this.#got.map(({ operand }) => operandBits(operand)).find((bits) => bits > 0);
    if (widest === undefined) return /w$/.test(this.#mnemonic) ? 16 : this.#addressBits;
    return widest > 64 || this.#got.some(({ operand }) => operand.kind === 'reg' && operand.register.kind === 'mmx')
      ? 8
      : widest;
  }
}

function operandBits(operand: Operand): number {
  if (operand.kind === 'reg') return operand.register.bits;
  return operand.kind === 'mem' ? (SIZE_BITS[operand.size] ?? 0) : 0;
}

function sameSegment(a: Memory, g: Memory, is64: boolean): boolean {
  const stack = (r: Memory['base']): boolean => r?.kind === 'gpr' && (r.number === 4 || r.number === 5);
  const implied = (m: Memory): string => (stack(m.base) ? 'ss' : 'ds');
  // In 64-bit mode only fs and gs have a base.
  const flat = (name: string): string => (is64 && name !== 'fs' && name !== 'gs' ? '' : name);
  const of = (m: Memory): string => flat(m.segment?.name ?? implied(m));
  return of(a) === of(g) || (g.segment?.name === 'es' && a.segment === null);
}

function isImplied(mnemonic: string, a: Concrete): boolean {
  const { operand } = a;
  if (operand.kind === 'imm')
    return (a.number === 10n && /^aa[dm]/.test(mnemonic)) || (a.number === 1n && SHIFTS.test(mnemonic));
  return operand.kind === 'reg' && operand.register.kind === 'x87' && operand.register.number === 0;
}
