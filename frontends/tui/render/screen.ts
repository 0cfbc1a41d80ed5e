import { CellBuffer, STYLE } from '../cells.ts';
import { type Layout, MIN_HEIGHT, MIN_WIDTH, type PanelName } from '../layout.ts';
import type { Instant } from '../model/instant.ts';
import type { RegisterChoice } from '../model/registers.ts';
import type { Cursor } from '../screen.ts';
import { renderCode } from './code.ts';
import { renderEvents, renderOutput } from './lists.ts';
import { type Page, renderPage } from './page.ts';
import { renderRegisters } from './registers.ts';
import { renderStack } from './stack.ts';
import { renderTimeline } from './timeline.ts';

/** What the user looks at, and what stands in the line at the bottom. */
export interface Shown {
  readonly focus: PanelName;
  readonly codeAt: number | null;
  readonly stackAt: number | null;
  readonly register: RegisterChoice | null;
  readonly isEventSelected: boolean;
  readonly message: string;
  /** What is being typed, with what stands before it. */
  readonly prompt: { readonly label: string; readonly text: string; readonly cursor: number } | null;
  readonly page: Page | null;
}

export interface Screen {
  readonly cells: CellBuffer;
  readonly cursor: Cursor;
}

/** A whole screen: all of it of one instant. */
export function renderScreen(instant: Instant, layout: Layout, shown: Shown): Screen {
  const { width, height } = layout;
  const cells = new CellBuffer(width, height);
  const { focus } = shown;
  cells.put(0, 0, ` ${instant.status}`.padEnd(width), STYLE.reverse);
  const keys = '? help ';
  if (instant.status.length + keys.length + 3 < width) cells.put(width - keys.length, 0, keys, STYLE.reverse);
  const { wordBytes } = instant;
  renderCode(cells, layout.code, instant.code, { selected: shown.codeAt, isFocus: focus === 'code', wordBytes });
  renderStack(cells, layout.stack, instant.stack, { selected: shown.stackAt, isFocus: focus === 'stack', wordBytes });
  renderRegisters(cells, layout, instant.registers, { selected: shown.register, isFocus: focus === 'registers' });
  renderOutput(cells, layout.output, instant.output, focus === 'output');
  renderEvents(cells, layout.events, instant.events, {
    isFocus: focus === 'events',
    selected: focus === 'events' && shown.isEventSelected,
  });
  renderTimeline(cells, layout.timeline, instant.timeline, focus === 'timeline');
  renderBorders(cells, layout);
  if (shown.page) renderPage(cells, shown.page);
  return { cells, cursor: renderBottom(cells, shown) };
}

function renderBorders(cells: CellBuffer, { code, registers, output, height }: Layout): void {
  const put = (x: number, y: number, char: string): void => void cells.put(x, y, char, STYLE.dim);
  for (let y = 1; y < height - 1; y++) put(registers.x - 1, y, '│');
  for (let y = 1; y < output.y + output.height; y++) put(code.width, y, '│');
  put(registers.x - 1, 1, '┬');
  put(code.width, 1, '┬');
  put(code.width, output.y - 1, '┼');
  put(code.width, output.y + output.height, '┴');
  put(registers.x - 1, output.y - 1, '┤');
  put(registers.x - 1, output.y + output.height, '┤');
}

function renderBottom(cells: CellBuffer, { message, prompt }: Shown): Cursor {
  const y = cells.height - 1;
  if (!prompt) {
    cells.put(0, y, message);
    return null;
  }
  const room = cells.width - prompt.label.length - 1;
  const from = Math.max(0, prompt.cursor - room + 1);
  const x = cells.put(0, y, prompt.label, STYLE.bold);
  cells.put(x, y, prompt.text.slice(from));
  return { x: x + prompt.cursor - from, y };
}

/** In place of a screen that is too small. */
export function renderTooSmall(width: number, height: number): Screen {
  const cells = new CellBuffer(width, height);
  const lines = [`${width}x${height} is too small:`, `${MIN_WIDTH}x${MIN_HEIGHT} are needed.`, 'q quits'];
  lines.forEach((line, index) => {
    cells.put(0, index, line);
  });
  return { cells, cursor: null };
}
