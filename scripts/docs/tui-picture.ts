import type { StyledCell } from './styled-cells.ts';

/** In pixels. */
const CELL = { width: 8, height: 17, baseline: 13 } as const;
const MARGIN = 10;
const FONT_SIZE = 13;
const BACKGROUND = '#15181e';
const FOREGROUND = '#d5d9e0';
/** SGR 30-37 and 90-97. */
const PALETTE: readonly string[] = [
  ...['#2b303b', '#ff6b6b', '#8fd16f', '#f5c869', '#6ea8fe', '#d59bf6', '#5fd7e0', '#d5d9e0'],
  ...['#5c6370', '#ff8f8f', '#b5e890', '#ffe08f', '#9cc4ff', '#e6c1ff', '#93ecf2', '#ffffff'],
];
const DIM_OPACITY = 0.55;

/** Which halves of a cell the strokes of a box-drawing character are in. Unicode chart U+2500. */
const BOX: Readonly<Record<string, { left?: true; right?: true; up?: true; down?: true; dashed?: true }>> = {
  '─': { left: true, right: true },
  '┄': { left: true, right: true, dashed: true },
  '│': { up: true, down: true },
  '┬': { left: true, right: true, down: true },
  '┴': { left: true, right: true, up: true },
  '┤': { left: true, up: true, down: true },
  '┼': { left: true, right: true, up: true, down: true },
};

interface Run {
  readonly x: number;
  readonly text: string;
  readonly look: Omit<StyledCell, 'char'>;
}

/** A terminal's screen as SVG. Lines are drawn, and text is held to its cells whatever the font. */
export function screenPicture(rows: readonly (readonly StyledCell[])[], columns: number, label: string): string {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = rows.length * CELL.height + 2 * MARGIN;
  const body = rows.flatMap((row, y) => runs(row).flatMap((run) => drawn(run, y)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${FONT_SIZE}" fill="${FOREGROUND}" stroke-width="1">`,
    ...body,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Cells beside each other that look the same; strokes apart from text. */
function runs(row: readonly StyledCell[]): Run[] {
  const found: { x: number; text: string; look: StyledCell }[] = [];
  row.forEach((cell, x) => {
    const last = found.at(-1);
    const goesOn =
      last && x === last.x + last.text.length && isSame(last.look, cell) && isBox(last.text) === isBox(cell.char);
    if (goesOn) last.text += cell.char;
    else found.push({ x, text: cell.char, look: cell });
  });
  return found;
}

function isBox(text: string): boolean {
  return BOX[text[0] ?? ''] !== undefined;
}

function isSame(a: StyledCell, b: StyledCell): boolean {
  const looks = ['color', 'bold', 'dim', 'underline', 'reverse'] as const;
  return looks.every((name) => a[name] === b[name]);
}

function drawn({ x, text, look }: Run, row: number): string[] {
  const color = look.color === null ? FOREGROUND : (PALETTE[look.color] ?? FOREGROUND);
  const left = MARGIN + x * CELL.width;
  const top = MARGIN + row * CELL.height;
  const lenPixels = text.length * CELL.width;
  const out: string[] = [];
  if (look.reverse)
    out.push(`<rect x="${left}" y="${top}" width="${lenPixels}" height="${CELL.height}" fill="${color}"/>`);
  const ink = look.reverse ? BACKGROUND : color;
  const opacity = look.dim ? ` opacity="${DIM_OPACITY}"` : '';
  if (look.underline) {
    const y = top + CELL.baseline + 2.5;
    out.push(`<path d="M${left} ${y}h${lenPixels}" stroke="${ink}"${opacity}/>`);
  }
  if (isBox(text)) return [...out, ...strokes(text, left, top, `stroke="${ink}"${opacity}`)];
  if (text.trim() === '') return out;
  const bold = look.bold ? ' font-weight="bold"' : '';
  const fill = ink === FOREGROUND ? '' : ` fill="${ink}"`;
  const place = `x="${left}" y="${top + CELL.baseline}" textLength="${lenPixels}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"`;
  out.push(`<text ${place}${fill}${bold}${opacity}>${escaped(text)}</text>`);
  return out;
}

function strokes(text: string, left: number, top: number, look: string): string[] {
  const middle = top + CELL.height / 2;
  const solid: string[] = [];
  const dashed: string[] = [];
  [...text].forEach((char, index) => {
    const box = BOX[char] ?? {};
    const x = left + index * CELL.width;
    const center = x + CELL.width / 2;
    const across = `M${box.left ? x : center} ${middle}H${box.right ? x + CELL.width : center}`;
    if (box.left || box.right) (box.dashed ? dashed : solid).push(across);
    if (box.up || box.down) solid.push(`M${center} ${box.up ? top : middle}V${box.down ? top + CELL.height : middle}`);
  });
  const paths: string[] = [];
  if (solid.length > 0) paths.push(`<path d="${solid.join('')}" fill="none" ${look}/>`);
  if (dashed.length > 0) paths.push(`<path d="${dashed.join('')}" fill="none" stroke-dasharray="2 2" ${look}/>`);
  return paths;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
