import { type CellBuffer, STYLE } from '../cells.ts';
import type { Rect } from '../layout.ts';
import type { EventView } from '../model/events.ts';
import { markStyle, putAll, putTitle, select } from './paint.ts';

/** What the guest wrote, the newest line at the bottom; long lines are broken. */
export function renderOutput(cells: CellBuffer, rect: Rect, lines: readonly string[], isFocus: boolean): void {
  putTitle(cells, rect, 'output', isFocus);
  const rows = lines.flatMap((line) => broken(line, rect.width));
  rows.slice(-rect.height).forEach((row, index) => {
    cells.put(rect.x, rect.y + index, row, STYLE.plain, rect.width);
  });
}

function broken(line: string, width: number): string[] {
  const rows: string[] = [];
  for (let at = 0; at === 0 || at < line.length; at += width) rows.push(line.slice(at, at + width));
  return rows;
}

/** What the kernel told, with its instant and its process. */
export function renderEvents(
  cells: CellBuffer,
  rect: Rect,
  events: readonly EventView[],
  { isFocus, selected }: { readonly isFocus: boolean; readonly selected: boolean },
): void {
  putTitle(cells, rect, 'events', isFocus);
  const shown = events.slice(-rect.height);
  const width = Math.max(0, ...shown.map(({ t }) => String(t).length));
  shown.forEach(({ t, pid, mark, text }, index) => {
    const y = rect.y + index;
    putAll(cells, [rect.x, y], rect.width, [
      [`${String(t).padStart(width)} `, STYLE.dim],
      [`${mark}${pid} `, markStyle(mark)],
      [text],
    ]);
    if (selected && index === shown.length - 1) select(cells, [rect.x, y], rect.width, isFocus);
  });
}
