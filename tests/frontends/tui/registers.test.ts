import { expect, test } from 'vitest';
import { CellBuffer } from '../../../frontends/tui/cells.ts';
import { layoutFor } from '../../../frontends/tui/layout.ts';
import type { RegisterView } from '../../../frontends/tui/model/registers.ts';
import { renderRegisters } from '../../../frontends/tui/render/registers.ts';

function view(pid: number, bits: number, values: Readonly<Record<string, bigint>>): RegisterView {
  const rows = Object.entries(values).map(([name, value], rank) => ({
    ...{ name, value, bits, rank, isChanged: false, flags: '' },
  }));
  return { pid, mark: pid === 1000 ? 'P' : 'C', isCurrent: pid !== 1000, rows };
}

/** The panel's rows on a screen of this size. */
function shown(views: RegisterView[], width: number, wordBytes: number): string[] {
  const layout = layoutFor(width, 24, wordBytes);
  const cells = new CellBuffer(width, 24);
  renderRegisters(cells, layout, views, { selected: null, isFocus: false });
  return cells.rows().map((row) => row.slice(layout.registers.x - 1).trim());
}

const I386 = { eax: 5n, eip: 0x8048000n };
const AMD64 = { rax: 0xffff_ffff_ffff_fffbn, rip: 0x401000n, r8: 0x1234_5678_9abc_def0n };

test('processes of one ISA stand beside each other, those of two below each other with their own names', () => {
  const same = shown([view(1000, 32, I386), view(1001, 32, { ...I386, eax: 6n })], 200, 4);
  expect(same[2]).toBe('eax  00000005  00000006');
  const mixed = shown([view(1000, 64, AMD64), view(1001, 32, I386)], 200, 8);
  expect(mixed[2]).toBe('rax  fffffffffffffffb');
  expect(mixed.slice(4).filter((row) => row.startsWith('e'))).toEqual([
    'eax          00000005',
    'eip          08048000',
  ]);
});

test('a narrow screen shows 64-bit values that are no addresses as negative numbers or by their end, never as others', () => {
  expect(shown([view(1000, 64, AMD64)], 80, 8).slice(2, 5)).toEqual([
    'rax            -5',
    'rip  000000401000',
    'r8   ~6789abcdef0',
  ]);
});
