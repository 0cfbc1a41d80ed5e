import type { FixupKind } from '../object/fixup-kinds.ts';
import * as k from '../object/fixup-kinds.ts';
import { interwork } from '../object/relocate.ts';
import { relocationFor } from '../object/relocations.ts';
import { StatementError } from './diagnostics.ts';
import { evaluate, type Value } from './evaluate.ts';
import { laidOutDistance, symbolOffset } from './layout.ts';
import type { Fixup, Section } from './section.ts';
import type { AsmSymbol } from './symbols.ts';
import { hex, type Unit } from './unit.ts';

/** A relocation whose symbol is still the assembler's; null: the value is the addend alone. */
export interface PendingRelocation {
  readonly offset: number;
  readonly type: number;
  readonly symbol: AsmSymbol | null;
  readonly addend: bigint;
}

/** `@PLT` and `(PLT)` mean the symbol itself in a static program; `(target1)` is ARM's name for an absolute word. */
const PLAIN_VARIANTS = new Set(['', 'plt', 'none', 'target1']);

/** What `call foo@PLT` asks for by name; x86-64 branches have it in any case. */
const R_386_PC32 = 2;
const R_386_PLT32 = 4;

/** Relative kinds for `symbol - here` in data. */
const RELATIVE_OF = new Map<FixupKind, FixupKind>([
  [k.ABS8, k.PC8],
  [k.ABS16, k.PC16],
  [k.ABS64, k.PC64],
]);

/**
 * Fill in one field, or say which relocation leaves it to the linker. `jump`: a relaxed branch, which x86 gas resolves
 * even when its target is global.
 */
export function resolveFixup(
  unit: Unit,
  section: Section,
  bytes: Uint8Array,
  fixup: Fixup,
  offset: number,
  jump: boolean,
): PendingRelocation | null {
  const value = evaluate(fixup.expr, laidOutDistance);
  if (!PLAIN_VARIANTS.has(value.variant))
    throw new StatementError(`relocation '${value.variant}' is not supported: programs are linked statically`);
  if (value.minus) return resolveDifference(unit, section, fixup, offset, value);
  const { symbol } = value;
  if (!symbol) return resolveNumber(unit, bytes, fixup, offset, value.offset);
  if (fixup.encode) {
    const why = symbol.place ? 'is an address' : 'is not defined';
    throw new StatementError(`operand must be a number, and '${symbol.name || 'label'}' ${why}`);
  }
  if (isLocalTarget(unit, section, fixup.kind, symbol, jump)) {
    const target = { name: symbol.name, thumb: symbol.thumb, isFunction: symbol.type === 'function' };
    const kind = interwork(fixup.kind, bytes, offset, target);
    if (typeof kind === 'string') throw new StatementError(kind);
    const pc = kind.alignPc ? offset & ~3 : offset;
    const distance = BigInt((symbolOffset(symbol) ?? 0) + fixup.addend - pc) + value.offset;
    writeChecked(kind, bytes, offset, distance, `'${symbol.name || 'target'}' is out of reach`);
    return null;
  }
  const left = relocation(unit, fixup.kind, offset, symbol, value.offset + BigInt(fixup.addend));
  const viaPlt = value.variant === 'plt' && unit.isa.name === 'i386' && left.type === R_386_PC32;
  return viaPlt ? { ...left, type: R_386_PLT32 } : left;
}

/** A relative field whose target is in this section and cannot be replaced by another definition. */
function isLocalTarget(unit: Unit, section: Section, kind: FixupKind, symbol: AsmSymbol, jump: boolean): boolean {
  if (!kind.pcRelative || symbol.place?.section !== section) return false;
  if (symbol.binding === 'weak') return false;
  if (symbol.binding === 'local' || !relocationFor(unit.isa.name, kind)) return true;
  return jump && unit.isa.name !== 'arm';
}

function resolveNumber(
  unit: Unit,
  bytes: Uint8Array,
  fixup: Fixup,
  offset: number,
  value: bigint,
): PendingRelocation | null {
  const { kind } = fixup;
  if (fixup.encode) {
    const encoded = fixup.encode(value);
    if (encoded.length !== kind.lenBytes)
      throw new StatementError(`operand ${hex(value)} needs another encoding: define it above its use`);
    bytes.set(encoded, offset);
    return null;
  }
  if (kind.pcRelative) return relocation(unit, kind, offset, null, value + BigInt(fixup.addend));
  writeChecked(kind, bytes, offset, value, `value ${hex(value)} does not fit ${kind.lenBytes * 8} bits`);
  return null;
}

/** `a - b` with `b` in this section and `a` elsewhere is relative to this place. */
function resolveDifference(
  unit: Unit,
  section: Section,
  fixup: Fixup,
  offset: number,
  value: Value,
): PendingRelocation {
  const { symbol, minus } = value;
  if (!symbol || !minus || minus.place?.section !== section || fixup.kind.pcRelative)
    throw new StatementError('difference of symbols in different sections, or of undefined ones');
  const relative =
    fixup.kind === k.ABS32 ? (unit.isa.addressBytes === 8 ? k.PC32 : k.PC32_WRAPPING) : RELATIVE_OF.get(fixup.kind);
  if (!relative) throw new StatementError('difference of symbols cannot be stored here');
  const addend = value.offset + BigInt(offset - (symbolOffset(minus) ?? 0) + fixup.addend);
  return relocation(unit, relative, offset, symbol, addend);
}

function relocation(
  unit: Unit,
  kind: FixupKind,
  offset: number,
  symbol: AsmSymbol | null,
  addend: bigint,
): PendingRelocation {
  const type = relocationFor(unit.isa.name, kind);
  if (!type) {
    const what = symbol
      ? `'${symbol.name || 'target'}' ${symbol.place ? 'is in another section' : 'is not defined'}`
      : '';
    throw new StatementError(`${what || 'a number'}, and this instruction reaches only labels of its own section`);
  }
  return { offset, type: type.number, symbol, addend };
}

function writeChecked(kind: FixupKind, bytes: Uint8Array, offset: number, value: bigint, message: string): void {
  if (!kind.fits(value)) throw new StatementError(kind.pcRelative ? `${message} (${value} bytes away)` : message);
  kind.write(bytes, offset, value);
}
