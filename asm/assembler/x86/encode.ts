import type { FixupKind } from '../../object/fixup-kinds.ts';
import * as k from '../../object/fixup-kinds.ts';
import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import type { Expr } from '../expression.ts';
import type { Unit } from '../unit.ts';
import { parseAttOperands } from './att.ts';
import { encodeBranch, isBranchMnemonic } from './branch.ts';
import { parseIntelOperands } from './intel.ts';
import type { ParsedOperand } from './operand.ts';
import { keystoneMnemonic, ownEncoding, PREFIXES, repair, sortPrefixes } from './own.ts';
import { renderAtt, renderIntel } from './render.ts';
import { verifyX86 } from './verify.ts';

const WORD = /[A-Za-z][\w]*(?:\.[A-Za-z]\w*)?/y;

/** Encode the instruction at the cursor into the unit. Throws StatementError. */
export function encodeX86(unit: Unit, cursor: Cursor): void {
  const prefixes: number[] = [];
  let mnemonic = '';
  let at = 0;
  while (mnemonic === '') {
    cursor.skipBlanks();
    at = cursor.at;
    const word = cursor.match(WORD)?.[0].toLowerCase();
    if (word === undefined) throw cursor.error('expected an instruction');
    const prefix = PREFIXES[word];
    if (prefix === undefined) mnemonic = word;
    else {
      prefixes.push(prefix);
      if (cursor.done) {
        unit.code(Uint8Array.from(prefixes));
        return;
      }
    }
  }
  const isBranch = isBranchMnemonic(mnemonic);
  const operands = parseOperands(unit, cursor, isBranch);
  const [first] = operands;
  if (isBranch && operands.length === 1 && first?.operand.kind === 'target') {
    encodeBranch(unit, mnemonic, prefixes, first.operand.expr);
    return;
  }
  new X86Encoding(unit, mnemonic, operands, at).emit(prefixes);
}

function parseOperands(unit: Unit, cursor: Cursor, isBranch: boolean): ParsedOperand[] {
  if (unit.syntax === 'att') return parseAttOperands(unit, cursor, isBranch);
  const context = {
    is64: unit.isa.addressBytes === 8,
    scope: unit.scope(),
    constant: (expr: Expr) => unit.constant(expr),
  };
  return parseIntelOperands(context, cursor, isBranch);
}

/** Two numbers that differ in every byte: where the encodings differ is where the number went. */
const PLACEHOLDERS = {
  wide: [
    [0x5a3c1e71n, 0x2d4b6f13n],
    [0x43557a69n, 0x1c2a3b5dn],
  ],
  byte: [
    [0x5an, 0x2dn],
    [0x43n, 0x1cn],
  ],
  quad: [
    [0x5a3c1e7166778859n, 0x2d4b6f1331445b6an],
    [0x43557a6955224c1dn, 0x1c2a3b5d0f33761en],
  ],
} as const;
type Placeholders = (typeof PLACEHOLDERS)[keyof typeof PLACEHOLDERS];

interface Field {
  readonly operand: number;
  readonly offset: number;
  readonly lenBytes: number;
}

/** One instruction on its way through Keystone. */
class X86Encoding {
  readonly #unit: Unit;
  readonly #mnemonic: string;
  readonly #operands: readonly ParsedOperand[];
  readonly #at: number;
  readonly #is64: boolean;
  /** Per operand: its number, or undefined for one that waits for layout. */
  readonly #numbers: (bigint | undefined)[];

  constructor(unit: Unit, mnemonic: string, operands: readonly ParsedOperand[], at: number) {
    this.#unit = unit;
    this.#mnemonic = mnemonic;
    this.#operands = operands;
    this.#at = at;
    this.#is64 = unit.isa.addressBytes === 8;
    this.#numbers = operands.map(({ operand }) => {
      const expr = expressionOf(operand);
      return expr ? unit.constant(expr) : 0n;
    });
  }

  emit(prefixes: readonly number[]): void {
    const waiting = this.#operands.map((_, i) => i).filter((i) => this.#numbers[i] === undefined);
    if (waiting.length === 0) {
      this.#unit.code(sortPrefixes(this.#assemble(this.#numbers.map((n) => n ?? 0n)), prefixes));
      return;
    }
    const [bytes, fields] = this.#assembleFields(waiting);
    const out = sortPrefixes(bytes, prefixes);
    const shift = out.length - bytes.length;
    this.#unit.markCode();
    for (const field of fields) this.#addFixup(field, out, shift);
    this.#unit.section.tail.data.append(out);
  }

  #assembleFields(waiting: readonly number[]): [Uint8Array, Field[]] {
    if (this.#mnemonic.startsWith('movabs')) return this.#locate(waiting, PLACEHOLDERS.quad);
    try {
      return this.#locate(waiting, PLACEHOLDERS.wide);
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      try {
        return this.#locate(waiting, PLACEHOLDERS.byte);
      } catch {
        throw error;
      }
    }
  }

  #locate(waiting: readonly number[], placeholders: Placeholders): [Uint8Array, Field[]] {
    const withChanged = (changed: number): Uint8Array =>
      this.#assemble(
        this.#operands.map((_, i) => {
          const slot = placeholders[waiting.indexOf(i)];
          return slot ? slot[i === changed ? 1 : 0] : (this.#numbers[i] ?? 0n);
        }),
      );
    if (waiting.length > placeholders.length) throw this.#error('too many symbols in one instruction');
    const bytes = withChanged(-1);
    const fields = waiting.map((operand) => {
      const other = withChanged(operand);
      const offset = bytes.findIndex((b, i) => b !== other[i]);
      let end = offset;
      while (end < bytes.length && bytes[end] !== other[end]) end += 1;
      const same = bytes.every((b, i) => (i >= offset && i < end) || b === other[i]);
      if (offset < 0 || !same || bytes.length !== other.length) throw this.#error('the encoder lost the symbol');
      return { operand, offset, lenBytes: end - offset };
    });
    const blank = bytes.slice();
    for (const { offset, lenBytes } of fields) blank.fill(0, offset, offset + lenBytes);
    return [blank, fields];
  }

  /** Through Keystone and checked. */
  #assemble(numbers: readonly bigint[]): Uint8Array {
    const own = ownEncoding(this.#mnemonic, this.#operands, numbers);
    if (own) return own;
    const isAtt = this.#unit.syntax === 'att';
    const mnemonic = keystoneMnemonic(this.#mnemonic, this.#operands, numbers, this.#unit.syntax);
    const render = isAtt ? renderAtt : renderIntel;
    const text = render(mnemonic, this.#operands, (i) => numbers[i] ?? 0n, this.#is64);
    const mode = this.#is64 ? 'x86_64' : 'i386';
    const raw = this.#unit.keystone.assemble(mode, this.#unit.syntax, text);
    if (typeof raw === 'string') throw this.#error(`${raw}: '${this.#unit.statement.text}'`);
    const result = repair(this.#mnemonic, this.#operands, raw);
    const wrong = verifyX86(this.#unit, this.#mnemonic, this.#operands, numbers, result);
    if (wrong !== null) throw this.#error(wrong);
    return result;
  }

  #error(message: string): StatementError {
    return new StatementError(message, this.#at);
  }

  #addFixup(field: Field, bytes: Uint8Array, shift: number): void {
    const operand = this.#operands[field.operand]?.operand;
    const expr = operand && expressionOf(operand);
    if (!operand || !expr) return;
    const offset = field.offset + shift;
    if (operand.kind === 'mem' && operand.base?.kind === 'ip') {
      this.#unit.fixup(offset, k.PC32, expr, offset - bytes.length);
      return;
    }
    this.#unit.fixup(offset, this.#absoluteKind(field, operand.kind === 'mem', bytes), expr, 0);
  }

  #absoluteKind(field: Field, isMemory: boolean, bytes: Uint8Array): FixupKind {
    if (field.lenBytes === 1) return k.ABS8;
    if (field.lenBytes === 2) return k.ABS16;
    if (field.lenBytes === 8) return k.ABS64;
    if (!this.#is64) return k.ABS32;
    return isMemory || /^push/.test(this.#mnemonic) || hasRexW(bytes) ? k.ABS32S : k.ABS32;
  }
}

function hasRexW(bytes: Uint8Array): boolean {
  for (const b of bytes) {
    if ((b & 0xf0) === 0x40) return (b & 8) !== 0;
    if (![0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65].includes(b)) return false;
  }
  return false;
}

function expressionOf(operand: ParsedOperand['operand']): Expr | null {
  if (operand.kind === 'reg') return null;
  return operand.kind === 'mem' ? operand.displacement : operand.expr;
}
