import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CellBuffer, STYLE } from '../../../frontends/tui/cells.ts';
import { frame } from '../../../frontends/tui/screen.ts';
import { styledCells } from '../../../scripts/docs/styled-cells.ts';
import { Pane } from './pane.ts';

const SIZE = { width: 40, height: 8 };
const OPTIONS = { color: true, cursor: null } as const;

const pieces = fc.array(
  fc.record({
    x: fc.integer({ min: -3, max: 42 }),
    y: fc.integer({ min: 0, max: 8 }),
    text: fc.string({ unit: fc.constantFrom('a', '─', '┄', ' ', '│', 'Z', '@'), minLength: 1, maxLength: 50 }),
    style: fc.constantFrom(0, STYLE.red, STYLE.bold, STYLE.reverse | STYLE.cyan, STYLE.dim),
  }),
  { minLength: 1, maxLength: 12 },
);

function buffer(list: readonly { x: number; y: number; text: string; style: number }[]): CellBuffer {
  const cells = new CellBuffer(SIZE.width, SIZE.height);
  for (const { x, y, text, style } of list) cells.put(x, y, text, style);
  return cells;
}

test('what has not changed is not written again, and what has is one synchronized update', () => {
  const before = buffer([{ x: 0, y: 0, text: 'the same words', style: 0 }]);
  expect(frame(before, before, OPTIONS)).toBe('');
  const next = buffer([{ x: 0, y: 0, text: 'the same wards', style: 0 }]);
  expect(frame(before, next, OPTIONS)).toBe('\u001b[?2026h\u001b[?25l\u001b[1;11Ha\u001b[?2026l');
});

test('only ASCII and box drawing reaches the terminal', () => {
  const text = frame(null, buffer([{ x: 0, y: 0, text: 'a\u001b[31mé漢\u0007─', style: 0 }]), OPTIONS);
  expect(text).toContain('a?[31m???─');
});

test('a terminal that is sent the differences shows the last screen', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-frames-'));
  const path = join(directory, 'frames');
  const screens = fc.sample(pieces, { numRuns: 60, seed: 1 }).map(buffer);
  let stream = '';
  let before: CellBuffer | null = null;
  for (const next of screens) {
    stream += frame(before, next, OPTIONS);
    before = next;
  }
  writeFileSync(path, `${stream}\u001b[?1000h`);
  const pane = new Pane(`stty -echo; cat "${path}"; read end`, SIZE);
  try {
    await pane.until(() => pane.modes('mouse_any_flag') === '1');
    expect(pane.rows().map((row) => row.trimEnd())).toEqual(before?.rows());
    // The same from nothing: the styles are the same too.
    writeFileSync(path, `${before ? frame(null, before, OPTIONS) : ''}\u001b[?1000h`);
    const once = new Pane(`stty -echo; cat "${path}"; read end`, SIZE);
    try {
      await once.until(() => once.modes('mouse_any_flag') === '1');
      expect(styledCells(pane.styledRows())).toEqual(styledCells(once.styledRows()));
    } finally {
      once.close();
    }
  } finally {
    pane.close();
    rmSync(directory, { recursive: true });
  }
});
