import type { Mark } from '../../../debugger/session/index.ts';
import { type CellBuffer, STYLE, type Style } from '../cells.ts';
import type { Rect } from '../layout.ts';
import type { StackRow, StackView, StackWriter } from '../model/stack.ts';
import { type AddressPanel, markStyle, putAll, putTitle, select } from './paint.ts';

/** From so many columns on, and four for each byte of a word, whole addresses, what words point at and the writers' instructions are shown. */
const WIDE = 32;
/** What words point at goes first; a shorter piece of an instruction tells nothing. */
const MIN_POINTS = 16;
const MIN_INSTRUCTION = 14;
/** User addresses have no more: they are below 2^47. A narrow screen shows no more of a word either. */
const ADDRESS_DIGITS = 12;

type Piece = readonly [text: string, style: Style];

/** What columns a panel has room for. */
interface Columns {
  readonly isWide: boolean;
  readonly addressDigits: number;
  readonly digits: number;
  readonly points: number;
  readonly writer: number;
  readonly instruction: number;
}

/** `d91c│+00 08048233 ret 1001@258 <P`: address, distance, word, what it is, who wrote it last, whose pointers are here. */
export function renderStack(
  cells: CellBuffer,
  rect: Rect,
  { sharers, rows }: StackView,
  { selected, isFocus, wordBytes }: AddressPanel,
): void {
  const pids = sharers.map(({ pid }) => pid);
  putTitle(cells, rect, pids.length > 1 ? `the one stack of ${pids.join(', ')}` : 'stack', isFocus);
  putBeyond(cells, rect, { sharers, rows });
  const columns = columnsFor(rect.width, rows, wordBytes);
  rows.slice(0, rect.height).forEach((row, index) => {
    const y = rect.y + index;
    putAll(cells, [rect.x, y], rect.width, rowPieces(row, columns, wordBytes));
    putMarks(cells, rect, y, row);
    if (row.addr === selected) select(cells, [rect.x, y], rect.width, isFocus);
  });
}

function columnsFor(width: number, rows: readonly StackRow[], wordBytes: number): Columns {
  const isWide = width >= WIDE + 4 * wordBytes;
  const digits = wordBytes === 4 || isWide ? wordBytes * 2 : ADDRESS_DIGITS;
  const addressDigits = isWide ? Math.min(wordBytes * 2, ADDRESS_DIGITS) : wordBytes === 4 ? 4 : 3;
  const fixed = addressDigits + 1 + 4 + digits + 1 + 4;
  const longest = (text: (row: StackRow) => string): number => Math.max(0, ...rows.map((row) => text(row).length));
  const marks = longest((row) => marksText(row)) + 1;
  const writer = Math.max(
    0,
    Math.min(
      longest(({ writer: one }) => writerText(one)),
      width - fixed - marks,
    ),
  );
  const left = Math.max(0, width - fixed - marks - writer - 2);
  const points = isWide ? Math.min(longest(pointsText), Math.max(MIN_POINTS, Math.floor(left / 2))) : 0;
  const instruction = isWide ? left - points : 0;
  if (instruction >= MIN_INSTRUCTION) return { isWide, addressDigits, digits, points, writer, instruction };
  return { isWide, addressDigits, digits, points: isWide ? left : 0, writer, instruction: 0 };
}

function rowPieces(row: StackRow, columns: Columns, wordBytes: number): Piece[] {
  const { isWide, addressDigits, digits } = columns;
  const address = row.addr.toString(16).padStart(wordBytes * 2, '0');
  const value = row.hex.slice(-digits);
  const { writer } = row;
  const style = writer ? markStyle(writer.mark) : STYLE.plain;
  const pieces: Piece[] = [
    [address.slice(-addressDigits), STYLE.dim],
    [`│${offsetText(row.offset)} `, STYLE.dim],
    [value, /^0+$/.test(value) ? STYLE.dim : STYLE.plain],
    [row.isReturn ? ' ret' : '    ', STYLE.magenta],
    [' ', STYLE.plain],
  ];
  if (isWide) pieces.push([`${pointsText(row).slice(0, columns.points).padEnd(columns.points)} `, STYLE.plain]);
  pieces.push([fitWriter(writer, columns.writer), style]);
  if (isWide && writer) pieces.push([instructionText(writer).slice(0, columns.instruction), STYLE.dim]);
  return pieces;
}

/** `P^`: the stack pointer of P is above the rows that are seen; `Cv`: that of C below. */
function putBeyond(cells: CellBuffer, { x, y, width }: Rect, { sharers, rows }: StackView): void {
  const highest = rows[0]?.addr ?? 0;
  const lowest = rows.at(-1)?.addr ?? 0;
  let right = x + width;
  for (const { sp, mark } of [...sharers].reverse()) {
    if (rows.length === 0 || (sp >= lowest && sp <= highest)) continue;
    right -= 3;
    cells.put(right, y - 1, ` ${mark}${sp > highest ? '^' : 'v'}`, STYLE.bold | markStyle(mark));
  }
}

/** `+1c`, `-04`. */
function offsetText(offset: number): string {
  return `${offset < 0 ? '-' : '+'}${Math.abs(offset).toString(16).padStart(2, '0')}`.padEnd(3);
}

function pointsText({ points }: StackRow): string {
  return points.length === 0 ? '' : `-> ${points.join(' -> ')}`;
}

function writerText(writer: StackWriter | null): string {
  return writer ? `${writer.pid}@${writer.at}${writer.torn ? '/' : ''}` : '';
}

function instructionText({ text, place }: StackWriter): string {
  return ` ${text} at ${place}`;
}

/** The longest form that fits: the process by its mark, t in thousands; never a part of a number. */
function fitWriter(writer: StackWriter | null, width: number): string {
  const text = writerText(writer);
  const short = writer ? `${writer.mark}@${writer.at}` : '';
  const rounded = writer ? `${writer.mark}@${roundedText(writer.at)}` : '';
  return ([text, short, rounded].find((form) => form.length <= width) ?? '').padEnd(width);
}

/** `12k`, `3.4M`. */
function roundedText(count: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const scaled = count / 1000 ** power;
  return `${power > 0 && scaled < 10 ? scaled.toFixed(1) : Math.floor(scaled)}${units[power]}`;
}

/** `<PC` whose stack pointers, ` :P` whose frame pointers are here. */
function marksText({ sp, fp }: StackRow): string {
  return [sp.length > 0 ? `<${sp.join('')}` : '', fp.length > 0 ? `:${fp.join('')}` : ''].join('');
}

function putMarks(cells: CellBuffer, { x, width }: Rect, y: number, row: StackRow): void {
  const text = marksText(row);
  if (text === '') return;
  const left = x + width - text.length;
  cells.put(left, y, text, STYLE.bold);
  [...text].forEach((char, at) => {
    if (char === 'P' || char === 'C') cells.put(left + at, y, char, STYLE.bold | markStyle(char as Mark));
  });
}
