import { EINVAL, ENOMEM } from '../abi/errno.ts';
import {
  MADV_DOFORK,
  MADV_DONTFORK,
  MADV_DONTNEED,
  MADV_KEEPONFORK,
  MADV_WIPEONFORK,
  MAP_ANONYMOUS,
} from '../abi/mman.ts';
import { archOf } from '../arch/index.ts';
import { readU32 } from '../bytes.ts';
import { fdget } from '../fs/file.ts';
import { mmOf } from '../fs/uargs.ts';
import { shareVmaFile, zapPageRange } from '../mm/mm.ts';
import { doBrk, doMmap, doMprotect, doMunmap, pageAlign } from '../mm/mmap.ts';
import { doMremap } from '../mm/mremap.ts';
import { flushTlbMm } from '../mm/pagetable.ts';
import { type Mm, PAGE_SIZE, VM_DONTCOPY, VM_WIPEONFORK } from '../mm/types.ts';
import { copyFromUser } from '../mm/uaccess.ts';
import { splitAt, vmasIn } from '../mm/vma.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** brk(2), the system call: it returns the break, never an error. */
export const sys_brk: SyscallRow = {
  name: 'brk',
  nr: { i386: 45, x86_64: 12, arm: 45 },
  args: [['brk', 'ptr']],
  ret: 'ptr',
  handler: (k, task, [brk = 0]) => doBrk(k, task, mmOf(task), brk),
};

function mmap(
  k: Kernel,
  task: Task,
  addr: number,
  lenBytes: number,
  prot: number,
  flags: number,
  fd: number,
  offset: number,
): number {
  if (offset % PAGE_SIZE !== 0) return -EINVAL;
  const anonymous = (flags & MAP_ANONYMOUS) !== 0;
  const file = anonymous ? null : fdget(task, fd);
  return doMmap(k, task, { addr, lenBytes, prot, flags, file, offset });
}

const MMAP_ARGS = [
  ['addr', 'ptr'],
  ['length', 'size'],
  ['prot', 'prot'],
  ['flags', 'mapflags'],
  ['fd', 'fd'],
] as const;

/** mmap(2) on x86-64: the offset is in bytes. */
export const sys_mmap: SyscallRow = {
  name: 'mmap',
  nr: { x86_64: 9 },
  args: [...MMAP_ARGS, ['offset', 'hex']],
  ret: 'ptr',
  handler: (k, task, [addr = 0, length = 0, prot = 0, flags = 0, fd = 0, offset = 0]) =>
    mmap(k, task, addr, length, prot, flags, fd, offset),
};

/** mmap2(2): the offset is in pages. */
export const sys_mmap2: SyscallRow = {
  name: 'mmap2',
  nr: { i386: 192, arm: 192 },
  args: [...MMAP_ARGS, ['pgoffset', 'hex']],
  ret: 'ptr',
  handler: (k, task, [addr = 0, length = 0, prot = 0, flags = 0, fd = 0, pages = 0]) =>
    mmap(k, task, addr, length, prot, flags, fd, pages * PAGE_SIZE),
};

/** The first mmap of i386: its arguments stand in memory. Linux: sys_old_mmap(). */
export const sys_old_mmap: SyscallRow = {
  name: 'mmap',
  nr: { i386: 90 },
  args: [['arg', 'ptr']],
  ret: 'ptr',
  handler: (k, task, [arg = 0]) => {
    const bytes = copyFromUser(k, mmOf(task), arg, 24);
    const word = (index: number): number => readU32(bytes, index * 4);
    return mmap(k, task, word(0), word(1), word(2), word(3), word(4) | 0, word(5));
  },
};

/** munmap(2). */
export const sys_munmap: SyscallRow = {
  name: 'munmap',
  nr: { i386: 91, x86_64: 11, arm: 91 },
  args: [
    ['addr', 'ptr'],
    ['length', 'size'],
  ],
  ret: 'int',
  handler: (k, task, [addr = 0, length = 0]) => doMunmap(k, mmOf(task), addr, length),
};

/** mprotect(2). */
export const sys_mprotect: SyscallRow = {
  name: 'mprotect',
  nr: { i386: 125, x86_64: 10, arm: 125 },
  args: [
    ['addr', 'ptr'],
    ['length', 'size'],
    ['prot', 'prot'],
  ],
  ret: 'int',
  handler: (k, task, [addr = 0, length = 0, prot = 0]) => doMprotect(k, task, mmOf(task), addr, length, prot),
};

/** mremap(2). */
export const sys_mremap: SyscallRow = {
  name: 'mremap',
  nr: { i386: 163, x86_64: 25, arm: 163 },
  args: [
    ['old_address', 'ptr'],
    ['old_size', 'size'],
    ['new_size', 'size'],
    ['flags', 'int'],
    ['new_address', 'ptr'],
  ],
  ret: 'ptr',
  handler: (k, task, [addr = 0, oldSize = 0, newSize = 0, flags = 0, newAddr = 0]) =>
    doMremap(k, mmOf(task), addr, oldSize, newSize, flags, newAddr),
};

/** madvise(2): what changes the contents is done; advice about speed alone needs nothing. */
export const sys_madvise: SyscallRow = {
  name: 'madvise',
  nr: { i386: 219, x86_64: 28, arm: 220 },
  args: [
    ['addr', 'ptr'],
    ['length', 'size'],
    ['advice', 'madvice'],
  ],
  ret: 'int',
  handler: (k, task, [addr = 0, length = 0, advice = 0]) => {
    const mm = mmOf(task);
    if (addr % PAGE_SIZE !== 0) return -EINVAL;
    const end = addr + pageAlign(length);
    if (end > archOf(mm.isa).taskSize) return -EINVAL;
    const change = MADVISE[advice];
    if (!change) return -EINVAL;
    splitAt(mm, addr, shareVmaFile);
    splitAt(mm, end, shareVmaFile);
    const vmas = vmasIn(mm, addr, end);
    for (const vma of vmas) change(k, mm, vma);
    const covered = vmas.reduce((sum, vma) => sum + vma.end - vma.start, 0);
    return covered < end - addr ? -ENOMEM : 0;
  },
};

type Advice = (k: Kernel, mm: Mm, vma: Mm['vmas'][number]) => void;
const NOTHING: Advice = () => undefined;

/** MADV_NORMAL, RANDOM, SEQUENTIAL, WILLNEED, FREE, HUGEPAGE and NOHUGEPAGE are hints. */
const MADVISE: Readonly<Record<number, Advice>> = {
  0: NOTHING,
  1: NOTHING,
  2: NOTHING,
  3: NOTHING,
  8: NOTHING,
  14: NOTHING,
  15: NOTHING,
  [MADV_DONTNEED]: (k, mm, vma) => {
    zapPageRange(k, mm, vma.start, vma.end);
    flushTlbMm(k, mm);
  },
  [MADV_DONTFORK]: (_k, _mm, vma) => {
    vma.flags |= VM_DONTCOPY;
  },
  [MADV_DOFORK]: (_k, _mm, vma) => {
    vma.flags &= ~VM_DONTCOPY;
  },
  [MADV_WIPEONFORK]: (_k, _mm, vma) => {
    vma.flags |= VM_WIPEONFORK;
  },
  [MADV_KEEPONFORK]: (_k, _mm, vma) => {
    vma.flags &= ~VM_WIPEONFORK;
  },
};

export const MEMORY_ROWS: readonly SyscallRow[] = [
  sys_brk,
  sys_mmap,
  sys_mmap2,
  sys_old_mmap,
  sys_munmap,
  sys_mprotect,
  sys_mremap,
  sys_madvise,
];
