import { type CellBuffer, STYLE } from '../cells.ts';
import type { Rect } from '../layout.ts';
import type { CodeRow, CodeView } from '../model/code.ts';
import { type AddressPanel, markStyle, putAll, putTitle, select } from './paint.ts';

/** From this width on there is room for addresses, from that on for the bytes too. */
const WITH_ADDRESS = 42;
const WITH_BYTES = 56;
const BYTES_SHOWN = 7;

/** `b=>  +46 call exit`: breakpoint, next instruction or who else stands there, distance from the function's start. */
export function renderCode(
  cells: CellBuffer,
  rect: Rect,
  { title, rows }: CodeView,
  { selected, isFocus, wordBytes }: AddressPanel,
): void {
  putTitle(cells, rect, title === '' ? 'code' : `code: ${title}`, isFocus);
  rows.slice(0, rect.height).forEach((row, index) => {
    const y = rect.y + index;
    if (row.kind === 'source') {
      putAll(cells, [rect.x, y], rect.width, [
        [`${String(row.line).padStart(6)} `, STYLE.dim],
        [row.text, STYLE.bold],
      ]);
    } else if (row.kind === 'label') cells.put(rect.x + 3, y, `${row.name}:`, STYLE.bold, rect.width - 3);
    else {
      renderLine(cells, rect, y, row, wordBytes);
      if (row.address === selected) select(cells, [rect.x, y], rect.width, isFocus);
    }
  });
}

function renderLine(
  cells: CellBuffer,
  { x, width }: Rect,
  y: number,
  row: Extract<CodeRow, { kind: 'line' }>,
  wordBytes: number,
): void {
  const hasAddress = width >= WITH_ADDRESS;
  const address = row.address.toString(16).padStart(wordBytes === 4 ? 8 : 12);
  const offset = row.offset === null ? '' : `+${row.offset}`;
  const [other] = row.marks;
  putAll(cells, [x, y], width, [
    [row.breakpoint.padEnd(1), STYLE.magenta],
    row.isNext ? ['=>', STYLE.green] : [(other ?? '').padEnd(2), other ? markStyle(other) : STYLE.plain],
    [hasAddress ? `${address} ` : '', STYLE.dim],
    [`${(hasAddress || offset !== '' ? offset : address.trim()).padStart(5)} `, STYLE.dim],
    [width >= WITH_BYTES ? `${bytesText(row.bytes)} ` : '', STYLE.dim],
    [row.text, row.isNext ? STYLE.bold : STYLE.plain],
  ]);
}

function bytesText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, BYTES_SHOWN)).toString('hex');
  return (bytes.length > BYTES_SHOWN ? `${text.slice(0, -2)}..` : text).padEnd(2 * BYTES_SHOWN);
}
