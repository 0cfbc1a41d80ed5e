import { Terminal } from '@xterm/headless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CellBuffer, STYLE } from '../../../frontends/tui/cells.ts';
import { frame } from '../../../frontends/tui/screen.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { openWorkshop, type Workshop } from '../cli/support.ts';
import { openBench } from './support.ts';

const SIZES = [
  { width: 80, height: 24 },
  { width: 200, height: 60 },
] as const;
const CASES = (['i386', 'x86_64', 'arm'] as IsaName[]).flatMap((isa) => SIZES.map((size) => ({ isa, ...size })));
/** Steps, events and the ends, forwards and backwards; a register and its writes; help and away again. */
const KEYS = [
  's',
  's',
  'n',
  'right',
  'pagedown',
  'c',
  'S',
  'left',
  'pageup',
  'tab',
  '[',
  ']',
  '?',
  'escape',
  'C',
  'end',
];

let workshop: Workshop;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

/** What a terminal shows: text and style of each cell, as our buffers have them. */
function shown(terminal: Terminal): { rows: string[]; styles: number[] } {
  const rows: string[] = [];
  const styles: number[] = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = terminal.buffer.active.getLine(y);
    if (!line) throw new Error(`no line ${y}`);
    rows.push(line.translateToString(true));
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line.getCell(x);
      if (!cell) throw new Error(`no cell ${x}`);
      let style = cell.isFgDefault() ? STYLE.plain : cell.getFgColor() + 1;
      if (cell.isBold()) style |= STYLE.bold;
      if (cell.isDim()) style |= STYLE.dim;
      if (cell.isInverse()) style |= STYLE.reverse;
      if (cell.isUnderline()) style |= STYLE.underline;
      styles.push(style);
    }
  }
  return { rows, styles };
}

test.each(CASES)('an xterm that gets the differences shows each screen: $isa, $width×$height', async (at) => {
  const terminal = new Terminal({ cols: at.width, rows: at.height, allowProposedApi: true });
  const bench = await openBench(await workshop.guest('child-printed-twice', at.isa), at);
  try {
    let before: CellBuffer | null = null;
    for (const key of ['', ...KEYS]) {
      if (key !== '') await bench.keys(key);
      const screen = bench.screens.at(-1);
      if (!screen) throw new Error('nothing was drawn');
      const text = frame(before, screen.cells, { color: true, cursor: screen.cursor });
      await new Promise<void>((resolve) => terminal.write(text, resolve));
      before = screen.cells;
      const { rows, styles } = shown(terminal);
      expect(rows.map((row) => row.trimEnd())).toEqual(screen.cells.rows());
      expect(styles).toEqual([...screen.cells.styles]);
    }
  } finally {
    bench.close();
    terminal.dispose();
  }
});
