import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT, handleMmFault } from '../../../kernel/mm/fault.ts';
import { dupMmap, exitMmap, mmput, zapPageRange } from '../../../kernel/mm/mm.ts';
import { munmapRange } from '../../../kernel/mm/mmap.ts';
import { type Mm, PAGE_SIZE, VM_GROWSDOWN, VM_READ, VM_SHARED, VM_WRITE } from '../../../kernel/mm/types.ts';
import { copyFromUser, copyToUser } from '../../../kernel/mm/uaccess.ts';
import { insertVma, vmaAt } from '../../../kernel/mm/vma.ts';
import { ACCESS } from '../../../kernel/ports.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { SyscallError } from '../../../kernel/syscalls/row.ts';
import { testKernel, testMm } from '../support.ts';

const BASE = 0x1000_0000;
const RW = VM_READ | VM_WRITE;

function map(mm: Mm, start: number, nrPages: number, flags = RW): void {
  insertVma(mm, { start, end: start + nrPages * PAGE_SIZE, flags, file: null, offset: 0, name: '' });
}

const put = (k: Kernel, mm: Mm, addr: number, ...bytes: number[]) => copyToUser(k, mm, addr, Uint8Array.from(bytes));
const get = (k: Kernel, mm: Mm, addr: number) => copyFromUser(k, mm, addr, 1)[0];

describe.each(['i386', 'x86_64', 'arm'] as const)('address space, %s', (isa) => {
  it('gives the page of zeros to a reader and a frame to a writer', () => {
    const k = testKernel();
    const mm = testMm(k, isa);
    map(mm, BASE, 4);
    const before = k.state.frames.used;
    expect(get(k, mm, BASE)).toBe(0);
    const tables = k.state.frames.used - before;
    put(k, mm, BASE, 7);
    expect(k.state.frames.used - before).toBe(tables + 1);
    expect(get(k, mm, BASE)).toBe(7);
    expect(mm.rss).toBe(1);
  });

  it('keeps the two sides of a fork apart, whoever writes first', () => {
    for (const childFirst of [true, false]) {
      const k = testKernel();
      const parent = testMm(k, isa);
      map(parent, BASE, 2);
      put(k, parent, BASE, 1);
      const child = dupMmap(k, parent);
      if (!child) throw new Error('no child');
      const [first, second] = childFirst ? [child, parent] : [parent, child];
      put(k, first, BASE, 2);
      expect(get(k, second, BASE)).toBe(1);
      put(k, second, BASE, 3);
      expect(get(k, first, BASE)).toBe(2);
    }
  });

  it('copies a page once and gives the last owner the frame back without a copy', () => {
    const k = testKernel();
    const parent = testMm(k, isa);
    map(parent, BASE, 1);
    put(k, parent, BASE, 1);
    const child = dupMmap(k, parent);
    if (!child) throw new Error('no child');
    const shared = k.state.frames.used;
    put(k, child, BASE, 2);
    expect(k.state.frames.used).toBe(shared + 1);
    put(k, parent, BASE, 3);
    expect(k.state.frames.used).toBe(shared + 1);
  });

  it('shares MAP_SHARED pages after a fork', () => {
    const k = testKernel();
    const parent = testMm(k, isa);
    map(parent, BASE, 1, RW | VM_SHARED);
    put(k, parent, BASE, 1);
    const child = dupMmap(k, parent);
    if (!child) throw new Error('no child');
    put(k, child, BASE, 9);
    expect(get(k, parent, BASE)).toBe(9);
  });

  it('refuses what the area does not allow, and what no area holds', () => {
    const k = testKernel();
    const mm = testMm(k, isa);
    map(mm, BASE, 1, VM_READ);
    expect(handleMmFault(k, mm, BASE, ACCESS.write)).toBe(FAULT.accErr);
    // Linux faults the page in as for a read, and refuses the fetch then.
    expect(handleMmFault(k, mm, BASE, ACCESS.exec)).toBe(FAULT.none);
    expect(handleMmFault(k, mm, BASE, ACCESS.exec)).toBe(FAULT.accErr);
    expect(handleMmFault(k, mm, BASE + PAGE_SIZE, ACCESS.read)).toBe(FAULT.mapErr);
    expect(() => put(k, mm, BASE, 1)).toThrow(SyscallError);
  });

  it('grows a stack downwards, but not into its neighbour', () => {
    const k = testKernel();
    const mm = testMm(k, isa);
    map(mm, BASE + 0x100_0000, 1, RW | VM_GROWSDOWN);
    map(mm, BASE, 1);
    put(k, mm, BASE + 0x100_0000 - 5 * PAGE_SIZE, 1);
    expect(vmaAt(mm, BASE + 0x100_0000 - 5 * PAGE_SIZE)).toBeDefined();
    expect(handleMmFault(k, mm, BASE + 3 * PAGE_SIZE, ACCESS.write)).toBe(FAULT.mapErr);
  });

  it('gives every frame back at the end', () => {
    const k = testKernel();
    const free = k.state.frames.used;
    const parent = testMm(k, isa);
    map(parent, BASE, 64);
    map(parent, BASE + 0x4000_0000, 3);
    for (let i = 0; i < 64; i += 3) put(k, parent, BASE + i * PAGE_SIZE, i);
    put(k, parent, BASE + 0x4000_0000, 1);
    const child = dupMmap(k, parent);
    if (!child) throw new Error('no child');
    put(k, child, BASE, 5);
    munmapRange(k, child, BASE + 8 * PAGE_SIZE, BASE + 16 * PAGE_SIZE);
    zapPageRange(k, parent, BASE, BASE + 4 * PAGE_SIZE);
    mmput(k, parent);
    exitMmap(k, child);
    expect(k.state.frames.used).toBe(free);
  });

  it('fails with a fault when memory is used up, and goes on when some is free again', () => {
    const k = testKernel(64 * PAGE_SIZE);
    const mm = testMm(k, isa);
    map(mm, BASE, 200);
    let written = 0;
    while (handleMmFault(k, mm, BASE + written * PAGE_SIZE, ACCESS.write) === FAULT.none) written++;
    expect(written).toBeGreaterThan(40);
    expect(written).toBeLessThan(64);
    munmapRange(k, mm, BASE, BASE + PAGE_SIZE);
    expect(handleMmFault(k, mm, BASE + written * PAGE_SIZE, ACCESS.write)).toBe(FAULT.none);
  });
});

/** A tree of address spaces against a model of plain byte maps. */
describe('fork, write, unmap and exit in any order', () => {
  const NR_PAGES = 6;
  const step = fc.record({
    what: fc.constantFrom('write', 'fork', 'exit', 'unmap', 'remap'),
    who: fc.nat(7),
    page: fc.nat(NR_PAGES - 1),
    value: fc.integer({ min: 1, max: 255 }),
  });

  it('every process sees its own bytes, and no frame is lost', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const k = testKernel(4 << 20);
        const free = k.state.frames.used;
        const first = testMm(k, 'x86_64');
        map(first, BASE, NR_PAGES);
        const processes: { mm: Mm; bytes: (number | null)[] }[] = [{ mm: first, bytes: Array(NR_PAGES).fill(0) }];
        for (const { what, who, page, value } of steps) {
          const process = processes[who % processes.length];
          if (!process) break;
          const addr = BASE + page * PAGE_SIZE;
          if (what === 'fork' && processes.length < 6) {
            const mm = dupMmap(k, process.mm);
            if (mm) processes.push({ mm, bytes: [...process.bytes] });
          } else if (what === 'exit' && processes.length > 1) {
            mmput(k, process.mm);
            processes.splice(processes.indexOf(process), 1);
          } else if (what === 'unmap') {
            munmapRange(k, process.mm, addr, addr + PAGE_SIZE);
            process.bytes[page] = null;
          } else if (what === 'remap' && process.bytes[page] === null) {
            map(process.mm, addr, 1);
            process.bytes[page] = 0;
          } else if (what === 'write' && process.bytes[page] !== null) {
            put(k, process.mm, addr + 5, value);
            process.bytes[page] = value;
          }
        }
        for (const { mm, bytes } of processes) {
          bytes.forEach((byte, page) => {
            const addr = BASE + page * PAGE_SIZE + 5;
            if (byte === null) expect(() => get(k, mm, addr)).toThrow(SyscallError);
            else expect(get(k, mm, addr)).toBe(byte);
          });
          mmput(k, mm);
        }
        expect(k.state.frames.used).toBe(free);
      }),
    );
  });
});
