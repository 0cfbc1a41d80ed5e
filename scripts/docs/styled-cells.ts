/** A cell of a terminal, as `tmux capture-pane -e` tells it. */
export interface StyledCell {
  readonly char: string;
  /** SGR 30-37 as 0-7, 90-97 as 8-15; null for the terminal's own. */
  readonly color: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly reverse: boolean;
}

type Look = Omit<StyledCell, 'char'>;

const PLAIN: Look = { color: null, bold: false, dim: false, underline: false, reverse: false };
const ON: Readonly<Record<number, Partial<Look>>> = {
  1: { bold: true },
  2: { dim: true },
  4: { underline: true },
  7: { reverse: true },
  22: { bold: false, dim: false },
  24: { underline: false },
  27: { reverse: false },
  39: { color: null },
};

/** Rows of cells, blanks without a look at their ends left out. What a row leaves switched on goes on in the next. */
export function styledCells(rows: readonly string[]): StyledCell[][] {
  let look = PLAIN;
  return rows.map((row) => {
    const cells: StyledCell[] = [];
    for (const [index, part] of row.split('\u001b[').entries()) {
      const end = index === 0 ? -1 : part.indexOf('m');
      if (index > 0) look = applied(look, part.slice(0, end));
      for (const char of part.slice(end + 1)) cells.push({ char, ...look });
    }
    while (isBlank(cells.at(-1))) cells.pop();
    return cells;
  });
}

function isBlank(cell: StyledCell | undefined): boolean {
  return cell?.char === ' ' && !cell.reverse && !cell.underline;
}

function applied(look: Look, codes: string): Look {
  let next = look;
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next = PLAIN;
    else if (code >= 30 && code <= 37) next = { ...next, color: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, color: code - 82 };
    else next = { ...next, ...ON[code] };
  }
  return next;
}
