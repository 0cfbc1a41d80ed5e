import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pcOf, spOf } from '../../../debugger/session/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { openWorkshop, type Workshop } from '../cli/support.ts';
import { type Bench, openBench, withoutChanges } from './support.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];
const SIZES = [
  { width: 80, height: 24 },
  { width: 200, height: 60 },
];
const CASES = ISAS.flatMap((isa) =>
  ['child-printed-twice', 'vfork-step'].flatMap((name) => SIZES.map((size) => ({ isa, name, ...size }))),
);

let workshop: Workshop;
let bench: Bench | null = null;

beforeAll(() => {
  workshop = openWorkshop();
});

afterAll(() => workshop.remove());

async function on(name: string, isa: IsaName, size = { width: 80, height: 24 }): Promise<Bench> {
  bench?.close();
  bench = await openBench(await workshop.guest(name, isa), size);
  return bench;
}

afterAll(() => bench?.close());

/** All panels are of the instant of the first line. */
function expectOneInstant({ instant, session }: Bench['app']): void {
  const { task, kernel, history } = session;
  if (!task) return;
  const [pc, sp] = [pcOf(kernel, task), spOf(kernel, task)];
  expect(instant?.t).toBe(history.t);
  expect(instant?.code.rows.filter((row) => row.kind === 'line' && row.isNext).map(({ address }) => address)).toEqual([
    pc,
  ]);
  expect(instant?.stack.rows.find(({ offset }) => offset === 0)?.addr).toBe(sp);
  const values = instant?.registers.find(({ isCurrent }) => isCurrent)?.rows.map(({ value }) => value) ?? [];
  expect(values).toEqual(expect.arrayContaining([BigInt(pc), BigInt(sp)]));
  expect(instant?.events.every((event) => event.t <= history.t)).toBe(true);
  expect(instant?.timeline.t).toBe(history.t);
}

describe('stepping', () => {
  test.each(CASES)('forward and back again is the same screen: $name, $isa, $width×$height', async (size) => {
    const { app, keys, rows } = await on(size.name, size.isa, size);
    await keys('c', 'c', 'c', 'c', 'home');
    const { end } = app.session.history;
    const seen = new Map<number, string[]>();
    for (;;) {
      const { t } = app.session.history;
      expect(rows()[0]).toContain(` t=${t}/${end} `);
      expectOneInstant(app);
      if (t === end || t === 60) break;
      seen.set(t, withoutChanges(rows()));
      await keys('right');
    }
    expect(seen.size).toBeGreaterThan(30);
    while (app.session.history.t > 0) {
      await keys('left');
      expect(withoutChanges(rows())).toEqual(seen.get(app.session.history.t));
    }
  });
});
