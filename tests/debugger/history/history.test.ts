import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { History } from '../../../debugger/history/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { startGuest, startShell, written } from './support.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];

/** The hash at every instant from where the history stands, a step at a time, to the end or `steps` further. */
function walk(one: History, steps = Number.POSITIVE_INFINITY): Map<number, string> {
  const hashes = new Map<number, string>();
  for (let i = 0; i <= steps; i++) {
    one.next();
    hashes.set(one.t, one.machine.hash());
    if (one.advance({ untilT: one.t + 1 }) !== 'limit') break;
  }
  return hashes;
}

describe.each(ISAS)('going back, %s', (isa) => {
  test.each(['vfork-step', 'child-printed-twice', 'child-printed-twice-fork'])(
    'every instant of %s is the same from either side',
    async (name) => {
      const one = await startGuest(name, isa);
      const hashes = walk(one);
      expect(hashes.size).toBeGreaterThan(50);
      for (let t = one.end; t >= 0; t--) {
        one.seek(t);
        expect(one.t).toBe(t);
        expect(one.machine.hash(), `t=${t}`).toBe(hashes.get(t));
      }
    },
  );

  test('random instants of a shell with pipes and signals are the same from either side', () => {
    const one = startShell(isa, 'echo $((6*7)) | cat; read x; (kill -9 $$ & wait) | cat; echo never');
    expect(one.advance()).toBe('done');
    const { end } = one;
    expect(end).toBeGreaterThan(10_000);
    const forward = new Map<number, string>();
    const instants = fc.sample(fc.integer({ min: 0, max: end }), { numRuns: 40, seed: 7 }).sort((a, b) => a - b);
    for (const t of instants) {
      one.seek(t);
      forward.set(t, one.machine.hash());
    }
    for (const t of instants.reverse()) {
      one.seek(t);
      expect(one.machine.hash(), `t=${t}`).toBe(forward.get(t));
    }
  });
});

test('what the guest wrote goes out once, however often its instant is passed', async () => {
  const one = await startGuest('child-printed-twice', 'i386');
  one.advance();
  const text = written();
  expect(text).toBe('child proc:0\n0\nchild proc:0\n');
  one.seek(0);
  expect(one.advance()).toBe('done');
  one.seek(Math.floor(one.end / 2));
  one.advance();
  expect(written()).toBe(text);
});

test('a history that runs in slices with checkpoints is the one that runs at once', () => {
  const script = 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); done; echo $i | cat';
  const whole = startShell('i386', script);
  expect(whole.advance()).toBe('done');
  const { end } = whole;
  const hash = whole.machine.hash();
  const sliced = startShell('i386', script);
  let slices = 0;
  while (sliced.advance({ sliceMs: 0 }) === 'slice') slices++;
  expect(slices).toBeGreaterThan(3);
  expect(sliced.end).toBe(end);
  expect(sliced.machine.hash()).toBe(hash);
});

test('the bound holds for the journal and the checkpoints together, and every instant can still be had', () => {
  const script = 'i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo $i; done';
  const one = startShell('i386', script, { maxBytes: 1 });
  while (one.advance({ sliceMs: 0 }) === 'slice');
  expect(one.memory.checkpoints).toBeLessThanOrEqual(2);
  expect(one.memory.journal).toBeGreaterThan(200 * 100);
  const end = one.machine.hash();
  const t = one.end;
  one.seek(Math.floor(t / 3));
  one.seek(Math.floor(t / 5));
  expect(one.advance()).toBe('done');
  expect([one.t, one.machine.hash()]).toEqual([t, end]);
});

test('an instant that is not recorded is refused', async () => {
  const one = await startGuest('vfork-step', 'i386');
  one.advance({ untilT: 10 });
  expect(() => one.seek(11)).toThrow('t=11 is not recorded: 0 to 10 is');
  expect(() => one.seek(-1)).toThrow(RangeError);
  expect(() => one.seek(1.5)).toThrow(RangeError);
  expect(one.t).toBe(10);
});
