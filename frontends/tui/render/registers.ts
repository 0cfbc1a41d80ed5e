import { type CellBuffer, STYLE, type Style } from '../cells.ts';
import { type Layout, NAME_WIDTH, type Rect } from '../layout.ts';
import type { RegisterChoice, RegisterRow, RegisterView } from '../model/registers.ts';
import { markStyle, putTitle, select } from './paint.ts';

/** One process's registers, and where they stand: rows of the panel, column of the first value. */
export interface RegisterPlace {
  readonly view: RegisterView;
  readonly rows: readonly RegisterRow[];
  readonly rect: Rect;
  /** False beside a process whose registers have the same names. */
  readonly hasNames: boolean;
}

/** Where each process's registers go: beside each other, or below each other with those that matter. */
export function placeRegisters(
  { registers: rect, isTable, registerDigits }: Layout,
  views: readonly RegisterView[],
  selected: RegisterChoice | null,
): RegisterPlace[] {
  if (isTable && haveSameNames(views)) {
    const width = registerDigits + 2;
    return views.map((view, index) => ({
      view,
      rows: view.rows.slice(0, rect.height),
      rect: {
        ...rect,
        x: rect.x + (index === 0 ? 0 : NAME_WIDTH + width),
        width: index === 0 ? NAME_WIDTH + width : width,
      },
      hasNames: index === 0,
    }));
  }
  const height = views.length < 2 ? rect.height : Math.floor((rect.height - 1) / 2);
  return views.map((view, index) => ({
    view,
    rows: chosenRows(view.rows, height, selected?.pid === view.pid ? selected.name : undefined),
    rect: { ...rect, y: rect.y + index * (height + 1), height },
    hasNames: true,
  }));
}

/** False for processes of two ISAs. */
function haveSameNames(views: readonly RegisterView[]): boolean {
  const names = views.map(({ rows }) => rows.map(({ name }) => name).join());
  return names.every((one) => one === names[0]);
}

/** Those of the `count` lowest ranks, and the selected one, in their usual order. */
function chosenRows(rows: readonly RegisterRow[], count: number, selected: string | undefined): RegisterRow[] {
  const weight = ({ name, rank }: RegisterRow): number => (name === selected ? -1 : rank);
  const chosen = new Set([...rows].sort((a, b) => weight(a) - weight(b)).slice(0, count));
  return rows.filter((row) => chosen.has(row));
}

export function renderRegisters(
  cells: CellBuffer,
  layout: Layout,
  views: readonly RegisterView[],
  { selected, isFocus }: { readonly selected: RegisterChoice | null; readonly isFocus: boolean },
): void {
  const { registers, registerDigits } = layout;
  putTitle(cells, registers, views.length === 0 ? 'registers' : '', isFocus);
  placeRegisters(layout, views, selected).forEach(({ view, rows, rect, hasNames }, index) => {
    const x = rect.x + (hasNames ? NAME_WIDTH : 0);
    const hidden = view.rows.filter((row) => row.isChanged && !rows.includes(row)).length;
    const title = `${view.isCurrent ? '=>' : ''}${view.mark} ${view.pid}${hidden > 0 ? ` +${hidden}*` : ''}`;
    if (hasNames && index > 0) putTitle(cells, rect, '', isFocus);
    const style = markStyle(view.mark) | (view.isCurrent ? STYLE.bold : STYLE.plain) | (isFocus ? STYLE.underline : 0);
    cells.put(layout.isTable && rect.y === registers.y ? x - 1 : rect.x, rect.y - 1, ` ${title} `, style);
    rows.forEach((row, at) => {
      const y = rect.y + at;
      if (hasNames) cells.put(rect.x, y, row.name.replace('eflags', 'efl'), STYLE.plain, NAME_WIDTH);
      const text = valueText(row, registerDigits);
      const value: Style = row.isChanged ? STYLE.red : row.value === 0n ? STYLE.dim : STYLE.plain;
      cells.put(x, y, `${text}${row.isChanged ? '*' : ' '}`, value);
      if (selected?.pid === view.pid && selected.name === row.name) {
        select(cells, [x, y], text.length, isFocus);
      }
    });
    putFlags(cells, rect, x, rows);
  });
}

/** The flags in words, where a row is left. */
function putFlags(cells: CellBuffer, rect: Rect, x: number, rows: readonly RegisterRow[]): void {
  const flags = rows.find(({ flags: text }) => text !== '');
  if (flags && rows.length < rect.height)
    cells.put(x, rect.y + rows.length, flags.flags, STYLE.dim, rect.x + rect.width - x);
}

/** All digits where there is room; a narrow screen shows what is no address as a negative number, or its end. */
function valueText({ value, bits }: RegisterRow, digits: number): string {
  const text = value.toString(16).padStart(bits / 4, '0');
  if (text.length <= digits) return text.padStart(digits, ' ');
  const short = text.slice(-digits);
  if (/^0+$/.test(text.slice(0, -digits))) return short;
  const negative = `-${(-BigInt.asIntN(bits, value)).toString(16)}`;
  if (negative.length <= digits && !negative.startsWith('--')) return negative.padStart(digits);
  return `~${short.slice(1)}`;
}
