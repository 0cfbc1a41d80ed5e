import { type CellBuffer, STYLE, type Style } from '../cells.ts';
import type { Rect } from '../layout.ts';
import { GLYPHS, type Glyph, type Lane, type TimelineView } from '../model/timeline.ts';
import { markStyle, putTitle } from './paint.ts';

const LABEL_WIDTH = 7;

/** The instant that a column of the panel stands for, or null beside them. */
export function instantAt({ x, width }: Rect, column: number, end: number): number | null {
  const columns = width - LABEL_WIDTH;
  const at = column - x - LABEL_WIDTH;
  if (at < 0 || at >= columns) return null;
  return columns < 2 ? 0 : Math.round((at * end) / (columns - 1));
}

/** Instants between two columns: what the wheel moves by. */
export function instantsAColumn({ width }: Rect, end: number): number {
  return Math.max(1, Math.round(end / (width - LABEL_WIDTH - 1)));
}

function columnOf({ width }: Rect, t: number, end: number): number {
  return end === 0 ? 0 : Math.round((t * (width - LABEL_WIDTH - 1)) / end);
}

/** A line of life a process: `─` alive, `┄` asleep in vfork, letters for what happened; the column in reverse is now. */
export function renderTimeline(cells: CellBuffer, rect: Rect, { t, end, lanes }: TimelineView, isFocus: boolean): void {
  putTitle(cells, rect, 'time', isFocus);
  const now = rect.x + LABEL_WIDTH + columnOf(rect, t, end);
  lanes.slice(0, rect.height).forEach((lane, index) => {
    const y = rect.y + index;
    const style = markStyle(lane.mark);
    cells.put(rect.x, y, labelOf(lane), style);
    laneText(rect, lane, end).forEach((char, column) => {
      cells.put(rect.x + LABEL_WIDTH + column, y, char, glyphStyle(char, style));
    });
    cells.restyle(now, y, 1, (under) => under | STYLE.reverse);
  });
  cells.put(now, rect.y - 1, '┬', STYLE.bold);
}

/** `C 1001`; of long numbers the end. */
function labelOf({ mark, pid }: Lane): string {
  const text = String(pid);
  if (text.length < LABEL_WIDTH - 2) return `${mark} ${text}`;
  return text.length < LABEL_WIDTH - 1 ? `${mark}${text}` : `${mark}~${text.slice(3 - LABEL_WIDTH)}`;
}

function laneText(rect: Rect, lane: Lane, end: number): string[] {
  const chars = new Array<string>(rect.width - LABEL_WIDTH).fill(' ');
  const draw = (from: number, to: number, char: string): void => {
    chars.fill(char, columnOf(rect, from, end), columnOf(rect, to, end) + 1);
  };
  draw(lane.born, lane.ended ?? end, '─');
  for (const [from, to] of lane.blocked) draw(from, to, '┄');
  const weights = new Map<number, number>();
  for (const { t, glyph } of lane.glyphs) {
    const column = columnOf(rect, Math.min(t, end), end);
    const weight = GLYPHS.indexOf(glyph);
    if (weight >= (weights.get(column) ?? GLYPHS.length)) continue;
    weights.set(column, weight);
    chars[column] = glyph;
  }
  return chars;
}

function glyphStyle(char: string, style: Style): Style {
  if (char === 'X' || char === '!') return STYLE.red | STYLE.bold;
  return GLYPHS.includes(char as Glyph) ? style | STYLE.bold : style;
}
