import { describe, expect, test } from 'vitest';
import { type Mm, PAGE_SIZE, VM_READ, VM_WRITE } from '../../../kernel/mm/types.ts';
import { copyFromUser, copyToUser, getString } from '../../../kernel/mm/uaccess.ts';
import { insertVma } from '../../../kernel/mm/vma.ts';
import { ACCESS, WATCH } from '../../../kernel/ports.ts';
import { peekMemory, pokeMemory } from '../../../kernel/ptrace/memory.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { Task } from '../../../kernel/task.ts';
import type { WatchEvent } from '../../../kernel/trace.ts';
import { testKernel, testMm } from '../support.ts';

const BASE = 0x1000_0000;

describe.each(['i386', 'x86_64', 'arm'] as const)('a watchpoint and the kernel, %s', (isa) => {
  function setUp(): { k: Kernel; mm: Mm; events: WatchEvent[] } {
    const events: WatchEvent[] = [];
    const trace = { event: (event: { kind: string }) => void events.push(event as WatchEvent) };
    const k = testKernel(16 << 20, { trace });
    const mm = testMm(k, isa);
    insertVma(mm, {
      ...{ start: BASE, end: BASE + 2 * PAGE_SIZE, flags: VM_READ | VM_WRITE },
      ...{ file: null, offset: 0, name: '' },
    });
    copyToUser(k, mm, BASE, new Uint8Array(2 * PAGE_SIZE).fill(0x61));
    k.state.tasks.set(7, { pid: 7 } as unknown as Task);
    k.state.current = 7;
    return { k, mm, events };
  }

  test('a call that writes part of the range is told, with the bytes before and after, page by page', () => {
    const { k, mm, events } = setUp();
    k.watchpoints.set(3, { id: 3, start: BASE + 0xffe, lenBytes: 4, kinds: WATCH.write });
    copyToUser(k, mm, BASE + 0xffd, Uint8Array.of(1, 2, 3, 4));
    const common = { kind: 'watchpoint', task: { pid: 7 }, watchpoint: 3, access: ACCESS.write };
    expect(events).toEqual([
      { ...common, addr: BASE + 0xffe, before: Uint8Array.of(0x61, 0x61), after: Uint8Array.of(2, 3) },
      { ...common, addr: BASE + 0x1000, before: Uint8Array.of(0x61), after: Uint8Array.of(4) },
    ]);
  });

  test('reads are told to those who ask for them, strings up to their end', () => {
    const { k, mm, events } = setUp();
    copyToUser(k, mm, BASE, Uint8Array.of(0x62, 0));
    k.watchpoints.set(1, { id: 1, start: BASE, lenBytes: 8, kinds: WATCH.read });
    k.watchpoints.set(2, { id: 2, start: BASE + 2, lenBytes: 8, kinds: WATCH.read | WATCH.write });
    expect(getString(k, mm, BASE, 100)).toBe('b');
    expect(events.map(({ watchpoint, after }) => [watchpoint, ...after])).toEqual([[1, 0x62, 0]]);
    copyFromUser(k, mm, BASE + 7, 1);
    expect(events.slice(1).map(({ watchpoint, addr }) => [watchpoint, addr - BASE])).toEqual([
      [1, 7],
      [2, 7],
    ]);
  });

  test('what a tracer peeks and pokes, where the task itself may not write, is told too', () => {
    const { k, mm, events } = setUp();
    const stores: [number, ...number[]][] = [];
    k.userWrites = (_mm, addr, bytes) => void stores.push([addr - BASE, ...bytes]);
    for (const vma of mm.vmas) vma.flags = VM_READ;
    k.watchpoints.set(1, { id: 1, start: BASE + 1, lenBytes: 1, kinds: WATCH.write | WATCH.read });
    expect(pokeMemory(k, mm, BASE, Uint8Array.of(7, 8))).toBe(2);
    expect([...peekMemory(k, mm, BASE, 2)]).toEqual([7, 8]);
    expect(stores).toEqual([[0, 7, 8]]);
    expect(events.map(({ access, addr }) => [access, addr - BASE])).toEqual([
      [ACCESS.write, 1],
      [ACCESS.read, 1],
    ]);
  });

  test('a write of the same bytes is no change, one in another address space is none at all', () => {
    const { k, mm, events } = setUp();
    k.watchpoints.set(1, { id: 1, start: BASE, lenBytes: 1, kinds: WATCH.change });
    k.watchpoints.set(2, { id: 2, start: BASE, lenBytes: 1, kinds: WATCH.write, root: mm.pgd + PAGE_SIZE });
    copyToUser(k, mm, BASE, Uint8Array.of(0x61));
    expect(events).toEqual([]);
    copyToUser(k, mm, BASE, Uint8Array.of(0x62));
    expect(events.map(({ watchpoint }) => watchpoint)).toEqual([1]);
  });
});
