import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocPages, freePages, MAX_ORDER } from '../../../kernel/mm/nommu/buddy.ts';
import type { NoMmu } from '../../../kernel/mm/nommu/types.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { pieGuest, start } from './support.ts';

const program = await pieGuest('getpid-loop', 'arm');

function withKernel(act: (k: Kernel, noMmu: NoMmu) => void): void {
  const { machine } = start(program);
  try {
    const { kernel } = machine;
    if (!kernel.state.noMmu) throw new Error('the machine has an MMU');
    act(kernel, kernel.state.noMmu);
  } finally {
    machine.close();
  }
}

function freeFrames({ free }: NoMmu): number {
  return free.reduce((sum, list, order) => sum + list.length * 2 ** order, 0);
}

test('pages in a row belong to one caller, and all are in one piece again when they are given back', () => {
  const action = fc.record({ nrPages: fc.integer({ min: 1, max: 300 }), frees: fc.nat() });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      withKernel((k, noMmu) => {
        const before = structuredClone(noMmu.free);
        const held: { first: number; nrPages: number }[] = [];
        const total = freeFrames(noMmu);
        for (const { nrPages, frees } of actions) {
          const first = allocPages(k, noMmu, nrPages);
          if (first === 0) {
            const [gone] = held.splice(frees % Math.max(1, held.length), 1);
            if (gone) freePages(k, noMmu, gone.first, gone.nrPages);
            continue;
          }
          expect(first % 2 ** Math.ceil(Math.log2(nrPages))).toBe(0);
          for (const other of held)
            expect(first >= other.first + other.nrPages || other.first >= first + nrPages).toBe(true);
          held.push({ first, nrPages });
          expect(freeFrames(noMmu)).toBe(total - held.reduce((sum, one) => sum + one.nrPages, 0));
        }
        for (const { first, nrPages } of held) freePages(k, noMmu, first, nrPages);
        expect(noMmu.free).toEqual(before);
      });
    }),
    { numRuns: 30 },
  );
});

test('no block is larger than 4 MiB, whatever is free', () => {
  withKernel((k, noMmu) => {
    expect(allocPages(k, noMmu, 2 ** (MAX_ORDER - 1) + 1)).toBe(0);
  });
});

test('memory that is free in pieces is of no use to who wants more than a piece', () => {
  withKernel((k, noMmu) => {
    const pages: number[] = [];
    for (let first = allocPages(k, noMmu, 1); first !== 0; first = allocPages(k, noMmu, 1)) pages.push(first);
    for (const first of pages.filter((_, i) => i % 2 === 0)) freePages(k, noMmu, first, 1);
    expect(freeFrames(noMmu)).toBeGreaterThan(500);
    expect(allocPages(k, noMmu, 2)).toBe(0);
    expect(allocPages(k, noMmu, 1)).not.toBe(0);
  });
});
