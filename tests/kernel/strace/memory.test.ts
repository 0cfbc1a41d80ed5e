import { describe, expect, it } from 'vitest';
import { shmemFile } from '../../../kernel/mm/pagecache.ts';
import { type Mm, PAGE_SIZE, VM_READ, VM_SHARED, VM_WRITE, type Vma } from '../../../kernel/mm/types.ts';
import { copyToUser } from '../../../kernel/mm/uaccess.ts';
import { insertVma } from '../../../kernel/mm/vma.ts';
import type { Kernel } from '../../../kernel/state.ts';
import type { StraceMemory } from '../../../kernel/strace/call.ts';
import { userMemory } from '../../../kernel/strace/memory.ts';
import { testKernel, testMm } from '../support.ts';
import { fakeTask } from './fake.ts';

const BASE = 0x1000_0000;

function map(mm: Mm, nrPages: number, rest: Partial<Vma> = {}): void {
  const flags = VM_READ | VM_WRITE;
  insertVma(mm, { start: BASE, end: BASE + nrPages * PAGE_SIZE, flags, file: null, offset: 0, name: '', ...rest });
}

describe.each(['i386', 'x86_64', 'arm'] as const)('memory as strace reads it, %s', (isa) => {
  function start(): { k: Kernel; mm: Mm; memory: StraceMemory } {
    const k = testKernel();
    const mm = testMm(k, isa);
    return { k, mm, memory: userMemory(k, { ...fakeTask(isa, 1000), mm }) };
  }

  it('a page that was never touched reads as zeros and stays untouched', () => {
    const { k, mm, memory } = start();
    map(mm, 2);
    const ram = k.ram.u8.slice();
    const used = k.state.frames.used;
    expect(memory.read(BASE + 10, 4)).toEqual(new Uint8Array(4));
    expect(k.state.frames.used).toBe(used);
    expect(Buffer.compare(k.ram.u8, ram)).toBe(0);
  });

  it('bytes are read across pages', () => {
    const { k, mm, memory } = start();
    map(mm, 2);
    copyToUser(k, mm, BASE + PAGE_SIZE - 2, Uint8Array.of(1, 2, 3, 4));
    expect(memory.read(BASE + PAGE_SIZE - 3, 6)).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 0));
  });

  it('what is not mapped, or may not be touched, cannot be read', () => {
    const { mm, memory } = start();
    expect(memory.read(BASE, 1)).toBeNull();
    map(mm, 1);
    expect(memory.read(BASE + PAGE_SIZE - 1, 2)).toBeNull();
    insertVma(mm, { start: BASE * 2, end: BASE * 2 + PAGE_SIZE, flags: 0, file: null, offset: 0, name: '' });
    expect(memory.read(BASE * 2, 1)).toBeNull();
  });

  it('a page of a file that only another has touched is read, and none behind the end of the file', () => {
    const { k, mm, memory } = start();
    const file = shmemFile(k, PAGE_SIZE);
    const other = testMm(k, isa);
    map(mm, 2, { file });
    map(other, 2, { file, flags: VM_READ | VM_WRITE | VM_SHARED });
    copyToUser(k, other, BASE + 5, Uint8Array.of(42));
    expect(memory.read(BASE + 4, 3)).toEqual(Uint8Array.of(0, 42, 0));
    expect(memory.read(BASE + PAGE_SIZE, 1)).toBeNull();
  });

  it('a task without memory reads nothing', () => {
    const { k } = start();
    expect(userMemory(k, fakeTask(isa, 1000)).read(BASE, 1)).toBeNull();
  });
});
