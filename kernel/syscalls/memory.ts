import { EINVAL } from '../abi/errno.ts';
import { MAP_ANONYMOUS } from '../abi/mman.ts';
import { archOf } from '../arch/index.ts';
import { readU32 } from '../bytes.ts';
import { fdget } from '../fs/file.ts';
import { mmOf } from '../fs/uargs.ts';
import { doMadvise, isAdvice } from '../mm/madvise.ts';
import { doBrk, doMmap, doMprotect, doMunmap, pageAlign } from '../mm/mmap.ts';
import { doMremap } from '../mm/mremap.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { copyFromUser } from '../mm/uaccess.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { IPC_ROWS } from './ipc.ts';
import { MLOCK_ROWS } from './mlock.ts';
import { PROCESS_VM_ROWS } from './process-vm.ts';
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
  needsMmu: true,
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
    doMremap(k, task, mmOf(task), { addr, oldLen: oldSize, newLen: newSize, flags, newAddr }),
};

/** madvise(2). */
export const sys_madvise: SyscallRow = {
  name: 'madvise',
  needsMmu: true,
  nr: { i386: 219, x86_64: 28, arm: 220 },
  args: [
    ['addr', 'ptr'],
    ['length', 'size'],
    ['advice', 'madvice'],
  ],
  ret: 'int',
  handler: (k, task, [addr = 0, length = 0, advice = 0]) => {
    const mm = mmOf(task);
    if (!isAdvice(advice) || addr % PAGE_SIZE !== 0) return -EINVAL;
    const end = addr + pageAlign(length);
    if (end > 2 ** (8 * archOf(mm.isa).wordBytes)) return -EINVAL;
    return end === addr ? 0 : doMadvise(k, mm, addr, end, advice);
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
  ...MLOCK_ROWS,
  ...IPC_ROWS,
  ...PROCESS_VM_ROWS,
];
