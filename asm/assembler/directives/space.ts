import { SHF_EXECINSTR, SHT_NOBITS } from '../../elf/constants.ts';
import { armNops, thumbNops } from '../arm/nops.ts';
import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import type { Expr } from '../expression.ts';
import { MAX_SECTION_BYTES } from '../layout.ts';
import type { Unit } from '../unit.ts';
import { x86Nops } from '../x86/nops.ts';
import type { Directive } from './directive.ts';

const MAX_ALIGN = 1 << 20;

function nops(unit: Unit): (lenBytes: number) => Uint8Array {
  if (unit.isa.name === 'arm') return unit.thumb ? thumbNops : armNops;
  return x86Nops(unit.isa.addressBytes === 8);
}

/** Put an alignment of `align` bytes here. */
export function alignTo(unit: Unit, align: number, fill: Uint8Array | null, maxSkip: number): void {
  const { section } = unit;
  section.align = Math.max(section.align, align);
  if (align === 1) return;
  const isCode = (section.attributes.flags & SHF_EXECINSTR) !== 0;
  const usesNops = fill === null && isCode && section.attributes.type !== SHT_NOBITS;
  if (usesNops && section.mapped !== '$d') unit.mark(unit.thumb ? '$t' : '$a');
  const pattern = usesNops ? nops(unit) : (fill ?? new Uint8Array(1));
  unit.push({ kind: 'align', align, maxSkip, fill: pattern, lenBytes: 0, offset: 0 });
}

const align =
  (power: (unit: Unit) => boolean, width: number): Directive =>
  (unit, cursor) => {
    const byPower = power(unit);
    const none = unit.isa.name === 'arm' && byPower ? 2n : byPower ? 0n : 1n;
    const start = cursor.at;
    const n = cursor.done || cursor.peek() === ',' ? none : unit.number(cursor, 'alignment');
    const value = byPower ? (n >= 0n && n <= 20n ? 1 << Number(n) : 0) : Number(n === 0n ? 1n : n);
    if (!Number.isInteger(Math.log2(value)) || value > MAX_ALIGN)
      throw new StatementError(
        `alignment ${n} is not ${byPower ? 'a power from 0 to 20' : 'a power of two up to 1 MiB'}`,
        start,
      );
    let fill: Uint8Array | null = null;
    let maxSkip = value;
    if (cursor.accept(',')) {
      if (!cursor.done && cursor.peek() !== ',') fill = littleEndian(unit.number(cursor, 'fill'), width);
      if (cursor.accept(',')) maxSkip = Number(unit.number(cursor, 'maximum'));
    }
    alignTo(unit, value, fill, maxSkip);
  };

function littleEndian(value: bigint, lenBytes: number): Uint8Array {
  const out = new Uint8Array(lenBytes);
  let rest = BigInt.asUintN(lenBytes * 8, value);
  for (let i = 0; i < lenBytes; i += 1) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

/** `count` times `fill`; a count that depends on labels ahead is settled at layout. */
function repeat(unit: Unit, count: Expr, fill: Uint8Array): void {
  const known = unit.constant(count);
  unit.mark('$d');
  if (unit.section.attributes.type === SHT_NOBITS && fill.some((b) => b !== 0))
    throw new StatementError(`section ${unit.section.name} holds no data: only zeros may be stored here`);
  if (known !== undefined) {
    if (known < 0n) throw new StatementError(`length ${known} is negative`);
    if (known * BigInt(fill.length) > BigInt(MAX_SECTION_BYTES))
      throw new StatementError(`length ${known} is absurdly large`);
  }
  if (known !== undefined && known * BigInt(fill.length) <= 4096n) {
    // Kept among the fixed bytes, so that distances across it stay known.
    for (let i = 0n; i < known; i += 1n) unit.section.tail.data.append(fill);
    return;
  }
  const { statement } = unit;
  unit.push({ kind: 'space', count, org: false, fill, statement, lenBytes: 0, offset: 0 });
}

function space(unit: Unit, cursor: Cursor): void {
  const count = unit.expression(cursor);
  const fill = cursor.accept(',') ? unit.number(cursor, 'fill') : 0n;
  repeat(unit, count, littleEndian(fill, 1));
}

function fill(unit: Unit, cursor: Cursor): void {
  const count = unit.expression(cursor);
  let size = 1n;
  let value = 0n;
  if (cursor.accept(',')) size = cursor.peek() === ',' ? 1n : unit.number(cursor, 'size');
  if (cursor.accept(',')) value = unit.number(cursor, 'value');
  if (size < 0n || size > 8n) throw new StatementError(`size ${size} of .fill is not 0 to 8`);
  if (size > 0n) repeat(unit, count, littleEndian(BigInt.asUintN(32, value), Number(size)));
}

function org(unit: Unit, cursor: Cursor): void {
  const count = unit.expression(cursor);
  const value = cursor.accept(',') ? unit.number(cursor, 'fill') : 0n;
  const { statement } = unit;
  unit.push({ kind: 'space', count, org: true, fill: littleEndian(value, 1), statement, lenBytes: 0, offset: 0 });
}

export const SPACE_DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.align': (unit, cursor) => align((u) => u.isa.alignIsPower, 1)(unit, cursor),
  '.p2align': align(() => true, 1),
  '.p2alignw': align(() => true, 2),
  '.p2alignl': align(() => true, 4),
  '.balign': align(() => false, 1),
  '.balignw': align(() => false, 2),
  '.balignl': align(() => false, 4),
  '.space': space,
  '.skip': space,
  '.zero': (unit, cursor) => repeat(unit, unit.expression(cursor), Uint8Array.of(0)),
  '.fill': fill,
  '.org': org,
  '.nop': (unit) => unit.code(nops(unit)(unit.isa.name === 'arm' ? (unit.thumb ? 2 : 4) : 1)),
};
