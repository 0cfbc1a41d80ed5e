import { type CellBuffer, STYLE, type Style } from './cells.ts';

/** Where the terminal's own cursor is to be seen; null for nowhere. */
export type Cursor = { readonly x: number; readonly y: number } | null;

const BEGIN = '\u001b[?2026h\u001b[?25l';
const END = '\u001b[?2026l';
/** A few equal cells are cheaper written again than jumped over. */
const SHORT_GAP = 6;

/**
 * What makes a terminal that shows `before` show `next`, as one synchronized update; everything is written when `before` is null or of
 * another size. '' where nothing differs.
 */
export function frame(
  before: CellBuffer | null,
  next: CellBuffer,
  { color, cursor }: { readonly color: boolean; readonly cursor: Cursor },
): string {
  const known = before && before.width === next.width && before.height === next.height ? before : null;
  let out = known ? '' : '\u001b[0m\u001b[2J';
  let style: Style = STYLE.plain;
  for (let y = 0; y < next.height; y++) {
    for (const [from, to] of stretches(known, next, y)) {
      out += `\u001b[${y + 1};${from + 1}H`;
      for (let at = y * next.width + from; at < y * next.width + to; at++) {
        const wanted = painted(next.styles[at] ?? 0, color);
        if (wanted !== style) out += styleText(wanted);
        style = wanted;
        out += String.fromCharCode(next.chars[at] ?? 0x20);
      }
    }
  }
  if (style !== STYLE.plain) out += '\u001b[0m';
  if (cursor) out += `\u001b[${cursor.y + 1};${cursor.x + 1}H\u001b[?25h`;
  return out === '' ? '' : `${BEGIN}${out}${END}`;
}

/** The stretches of a row that differ, as [from, to) of columns. */
function stretches(before: CellBuffer | null, next: CellBuffer, y: number): [number, number][] {
  const row = y * next.width;
  const found: [number, number][] = [];
  for (let x = 0; x < next.width; x++) {
    const at = row + x;
    const char = before ? before.chars[at] : 0x20;
    const style = before ? before.styles[at] : STYLE.plain;
    if (next.chars[at] === char && next.styles[at] === style) continue;
    const last = found.at(-1);
    if (last && x - last[1] <= SHORT_GAP) last[1] = x + 1;
    else found.push([x, x + 1]);
  }
  return found;
}

function painted(style: Style, color: boolean): Style {
  return color ? style : style & ~STYLE.color;
}

/** SGR: ECMA-48 8.3.117. */
function styleText(style: Style): string {
  const codes = ['0'];
  if (style & STYLE.bold) codes.push('1');
  if (style & STYLE.dim) codes.push('2');
  if (style & STYLE.underline) codes.push('4');
  if (style & STYLE.reverse) codes.push('7');
  const color = style & STYLE.color;
  if (color > 0) codes.push(String(color <= 8 ? 29 + color : 81 + color));
  return `\u001b[${codes.join(';')}m`;
}
