import { type CellBuffer, STYLE } from '../cells.ts';

/** Text over the whole screen but the first and the last row: help, and what a command has to say. */
export interface Page {
  readonly title: string;
  readonly lines: readonly string[];
  /** The first line that is seen. */
  readonly top: number;
}

export function pageRows(height: number): number {
  return height - 4;
}

/** The page with another top, as far as its lines go. */
export function scrolled(page: Page, by: number, height: number): Page {
  const last = Math.max(0, page.lines.length - pageRows(height));
  return { ...page, top: Math.min(last, Math.max(0, page.top + by)) };
}

export function renderPage(cells: CellBuffer, { title, lines, top }: Page): void {
  const { width, height } = cells;
  const rows = pageRows(height);
  const more = lines.length > rows ? `${top + 1}-${Math.min(lines.length, top + rows)} of ${lines.length}` : '';
  for (let y = 1; y < height - 1; y++) cells.put(0, y, ' '.repeat(width));
  cells.put(0, 1, '─'.repeat(width), STYLE.dim);
  cells.put(2, 1, ` ${title} `, STYLE.bold);
  lines.slice(top, top + rows).forEach((line, index) => {
    cells.put(1, 2 + index, line, STYLE.plain, width - 2);
  });
  cells.put(0, height - 2, '─'.repeat(width), STYLE.dim);
  if (more !== '') cells.put(width - more.length - 4, height - 2, ` ${more} `);
}
