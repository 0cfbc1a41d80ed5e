import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Machine } from '../../../emulator/machine/machine.ts';
import { AT_FDCWD } from '../../../kernel/abi/fcntl.ts';
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from '../../../kernel/abi/mman.ts';
import { fput } from '../../../kernel/fs/file.ts';
import { openExec } from '../../../kernel/fs/read.ts';
import { doMmap, doMunmap } from '../../../kernel/mm/mmap.ts';
import { doMremap } from '../../../kernel/mm/mremap.ts';
import { PAGE_SIZE } from '../../../kernel/mm/types.ts';
import type { Task } from '../../../kernel/task.ts';
import { findLeaks } from '../../oracle/leaks.ts';
import { pieGuest, start } from './support.ts';

const program = await pieGuest('getpid-loop', 'x86_64');

function firstTask({ kernel }: Machine): Task {
  const [task] = kernel.state.tasks.values();
  if (!task?.mm) throw new Error('there is no process');
  return task;
}

/** Each region is RAM of its own, and each area lies in its region. */
function checkRegions({ kernel }: Machine): void {
  const { noMmu, tasks } = kernel.state;
  const regions = noMmu?.regions ?? [];
  regions.forEach((region, i) => {
    expect(region.start).toBeLessThan(region.end);
    expect(region.end).toBeLessThanOrEqual(region.top);
    expect(region.top).toBeLessThanOrEqual(regions[i + 1]?.start ?? noMmu?.ramEnd ?? 0);
    expect(region.users).toBe(
      [...tasks.values()].flatMap((task) => task.mm?.vmas ?? []).filter((vma) => vma.region === region).length,
    );
  });
  for (const { start: from, end, region } of firstTask({ kernel } as Machine).mm?.vmas ?? []) {
    if (!region) continue;
    expect(from).toBeGreaterThanOrEqual(region.start);
    expect(end).toBeLessThanOrEqual(region.end);
  }
}

const pages = fc.integer({ min: 1, max: 20 });
const place = fc.record({ which: fc.nat(), skip: fc.nat(6), pages });
const call = fc.oneof(
  fc.record({ kind: fc.constant('mmap' as const), pages, file: fc.boolean(), writes: fc.boolean() }),
  fc.record({ kind: fc.constant('munmap' as const), place }),
  fc.record({ kind: fc.constant('mremap' as const), place, to: pages }),
);

test('any order of mmap, munmap and mremap keeps areas in their regions, and exit gives all back', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      const { machine } = start(program);
      try {
        const k = machine.kernel;
        const task = firstTask(machine);
        const file = openExec(k, task, '/guest', AT_FDCWD);
        for (const one of calls) {
          if (one.kind === 'mmap') {
            const prot = PROT_READ | (one.writes ? PROT_WRITE : 0);
            const flags = MAP_PRIVATE | (one.file ? 0 : MAP_ANONYMOUS);
            doMmap(k, task, {
              addr: 0,
              lenBytes: one.pages * PAGE_SIZE,
              prot,
              flags,
              file: one.file ? file : null,
              offset: 0,
            });
          } else {
            const { mm } = task;
            const vma = mm?.vmas[one.place.which % mm.vmas.length];
            if (!mm || !vma) continue;
            const addr = vma.start + one.place.skip * PAGE_SIZE;
            const lenBytes = one.place.pages * PAGE_SIZE;
            if (one.kind === 'munmap') doMunmap(k, mm, addr, lenBytes);
            else
              doMremap(k, task, mm, {
                addr: vma.start,
                oldLen: vma.end - vma.start,
                newLen: one.to * PAGE_SIZE,
                flags: 0,
                newAddr: 0,
              });
          }
          checkRegions(machine);
        }
        fput(k, file);
        machine.run({ untilT: 2_000_000 });
        if (k.state.tasks.size === 0) expect(findLeaks(k.state)).toEqual([]);
        else expect(machine.t).toBe(2_000_000);
      } finally {
        machine.close();
      }
    }),
    { numRuns: 30 },
  );
});
