import type { Mark } from '../../../debugger/session/index.ts';
import { type CellBuffer, STYLE, type Style } from '../cells.ts';
import type { Rect } from '../layout.ts';

/** Parent cyan, child yellow. */
export function markStyle(mark: Mark): Style {
  return mark === 'P' ? STYLE.cyan : STYLE.yellow;
}

/** Pieces of text beside each other: what does not fit into `width` is cut off. Returns the column behind the last. */
export function putAll(
  cells: CellBuffer,
  [x, y]: readonly [x: number, y: number],
  width: number,
  pieces: readonly (readonly [text: string, style?: Style])[],
): number {
  let at = x;
  for (const [text, style] of pieces) at = cells.put(at, y, text, style ?? STYLE.plain, x + width - at);
  return at;
}

/** How a panel of addresses is to be drawn: which one is chosen, whether keys go to this panel, and the process's word. */
export interface AddressPanel {
  readonly selected: number | null;
  readonly isFocus: boolean;
  readonly wordBytes: number;
}

/** `─ title ────` above a panel; bold where it has the keyboard. */
export function putTitle(cells: CellBuffer, { x, y, width }: Rect, title: string, isFocus: boolean): void {
  cells.put(x, y - 1, '─'.repeat(width), STYLE.dim);
  if (title !== '') cells.put(x + 1, y - 1, ` ${title} `, isFocus ? STYLE.bold : STYLE.plain, width - 2);
}

/** What is selected is in reverse where the panel has the keyboard, underlined elsewhere. */
export function select(
  cells: CellBuffer,
  [x, y]: readonly [x: number, y: number],
  width: number,
  isFocus: boolean,
): void {
  if (isFocus) cells.restyle(x, y, width, () => STYLE.reverse);
  else cells.restyle(x, y, width, (style) => style | STYLE.underline);
}
