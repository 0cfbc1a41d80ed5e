import { CAP_IPC_LOCK } from '../abi/capability.ts';
import { EBUSY, EFAULT, EINVAL, ENOMEM, EPERM } from '../abi/errno.ts';
import { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT, MLOCK_ONFAULT, MS_ASYNC, MS_INVALIDATE, MS_SYNC } from '../abi/mman.ts';
import { RLIMIT_MEMLOCK } from '../abi/resource.ts';
import { archOf } from '../arch/index.ts';
import { capable } from '../commoncap.ts';
import { mmOf, putBytes } from '../fs/uargs.ts';
import { canDoMlock } from '../mm/accounting.ts';
import { applyVmaLockFlags, doMlock } from '../mm/mlock.ts';
import { pageAlign } from '../mm/mmap.ts';
import { pteOf, ptePopulated } from '../mm/pagetable.ts';
import { mmPopulate } from '../mm/populate.ts';
import { type Mm, PAGE_SIZE, VM_LOCKED, VM_LOCKONFAULT } from '../mm/types.ts';
import { vmaAt, vmasIn } from '../mm/vma.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';

/** Pages that are in memory, and that are to stay there. Linux: mm/mlock.c, mincore.c, msync.c. */

/** Whole pages around the bytes. Throws EINVAL where the end wraps around, ENOMEM behind user space. */
function pageRange(mm: Mm, start: number, lenBytes: number): { start: number; end: number } {
  const from = start - (start % PAGE_SIZE);
  const { taskSize, wordBytes } = archOf(mm.isa);
  const wordEnd = 2 ** (8 * wordBytes);
  // A length that wraps around to 0 is none.
  const end = from + (pageAlign(lenBytes + (start % PAGE_SIZE)) % wordEnd);
  if (end > wordEnd) throw new SyscallError(EINVAL);
  if (end > taskSize) throw new SyscallError(ENOMEM);
  return { start: from, end };
}

function mlock(k: Kernel, task: Task, start: number, lenBytes: number, bits: number): number {
  if (!canDoMlock(task)) return -EPERM;
  const mm = mmOf(task);
  const range = pageRange(mm, start, lenBytes);
  return doMlock(k, task, mm, range.start, range.end, bits);
}

const RANGE_ARGS = [
  ['start', 'ptr'],
  ['len', 'size'],
] as const;

/** mlock(2). */
export const sys_mlock: SyscallRow = {
  name: 'mlock',
  needsMmu: true,
  nr: { i386: 150, x86_64: 149, arm: 150 },
  args: RANGE_ARGS,
  ret: 'int',
  handler: (k, task, [start = 0, len = 0]) => mlock(k, task, start, len, VM_LOCKED),
};

/** mlock2(2). */
export const sys_mlock2: SyscallRow = {
  name: 'mlock2',
  needsMmu: true,
  nr: { i386: 376, x86_64: 325, arm: 390 },
  args: [...RANGE_ARGS, ['flags', 'int']],
  ret: 'int',
  handler: (k, task, [start = 0, len = 0, flags = 0]) =>
    flags & ~MLOCK_ONFAULT
      ? -EINVAL
      : mlock(k, task, start, len, flags & MLOCK_ONFAULT ? VM_LOCKED | VM_LOCKONFAULT : VM_LOCKED),
};

/** munlock(2). */
export const sys_munlock: SyscallRow = {
  name: 'munlock',
  needsMmu: true,
  nr: { i386: 151, x86_64: 150, arm: 151 },
  args: RANGE_ARGS,
  ret: 'int',
  handler(_k, task, [start = 0, len = 0]) {
    const mm = mmOf(task);
    const range = pageRange(mm, start, len);
    return applyVmaLockFlags(mm, range.start, range.end, 0);
  },
};

/** mlockall(2). */
export const sys_mlockall: SyscallRow = {
  name: 'mlockall',
  needsMmu: true,
  nr: { i386: 152, x86_64: 151, arm: 152 },
  args: [['flags', 'int']],
  ret: 'int',
  handler(k, task, [flags = 0]) {
    if (flags === 0 || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) || flags === MCL_ONFAULT) return -EINVAL;
    if (!canDoMlock(task)) return -EPERM;
    const mm = mmOf(task);
    const total = mm.vmas.reduce((sum, { start, end }) => sum + end - start, 0);
    const limit = capable(task.cred, CAP_IPC_LOCK) ? Infinity : (task.signal.rlim[RLIMIT_MEMLOCK]?.[0] ?? Infinity);
    if (flags & MCL_CURRENT && total > limit) return -ENOMEM;
    const bits = VM_LOCKED | (flags & MCL_ONFAULT ? VM_LOCKONFAULT : 0);
    mm.defFlags = flags & MCL_FUTURE ? bits : 0;
    if ((flags & MCL_CURRENT) === 0) return 0;
    for (const vma of mm.vmas) vma.flags = (vma.flags & ~(VM_LOCKED | VM_LOCKONFAULT)) | bits;
    if ((flags & MCL_ONFAULT) === 0) mmPopulate(k, mm, 0, archOf(mm.isa).taskSize);
    return 0;
  },
};

/** munlockall(2). */
export const sys_munlockall: SyscallRow = {
  name: 'munlockall',
  needsMmu: true,
  nr: { i386: 153, x86_64: 152, arm: 153 },
  args: [],
  ret: 'int',
  handler(_k, task) {
    const mm = mmOf(task);
    mm.defFlags = 0;
    for (const vma of mm.vmas) vma.flags &= ~(VM_LOCKED | VM_LOCKONFAULT);
    return 0;
  },
};

/** One byte a page: in memory or, behind a shared mapping or a file, in the page cache. Linux: mincore_pte_range(). */
function isResident(k: Kernel, mm: Mm, page: number): boolean {
  const at = pteOf(k, mm, page);
  if (at >= 0 && ptePopulated(k.ram.u32[at] ?? 0)) return true;
  const vma = vmaAt(mm, page);
  return vma?.file?.inode.pages?.has((vma.offset + page - vma.start) / PAGE_SIZE) ?? false;
}

/** mincore(2). */
export const sys_mincore: SyscallRow = {
  name: 'mincore',
  needsMmu: true,
  nr: { i386: 218, x86_64: 27, arm: 219 },
  args: [...RANGE_ARGS, ['vec', 'ptr']],
  ret: 'int',
  handler(k, task, [start = 0, len = 0, vec = 0]) {
    const mm = mmOf(task);
    const { taskSize } = archOf(mm.isa);
    if (start % PAGE_SIZE !== 0) return -EINVAL;
    if (len > taskSize || start > taskSize - len) return -ENOMEM;
    const nrPages = pageAlign(len) / PAGE_SIZE;
    if (nrPages > taskSize || vec > taskSize - nrPages) return -EFAULT;
    const chunk = new Uint8Array(PAGE_SIZE);
    for (let done = 0; done < nrPages; ) {
      const count = Math.min(nrPages - done, PAGE_SIZE);
      for (let i = 0; i < count; i++) {
        const page = start + (done + i) * PAGE_SIZE;
        if (!vmaAt(mm, page)) {
          putBytes(k, task, vec + done, chunk.subarray(0, i));
          return -ENOMEM;
        }
        chunk[i] = isResident(k, mm, page) ? 1 : 0;
      }
      putBytes(k, task, vec + done, chunk.subarray(0, count));
      done += count;
    }
    return 0;
  },
};

/** msync(2): shared pages are the file's own, so there is nothing to write back. */
export const sys_msync: SyscallRow = {
  name: 'msync',
  needsMmu: true,
  nr: { i386: 144, x86_64: 26, arm: 144 },
  args: [...RANGE_ARGS, ['flags', 'int']],
  ret: 'int',
  handler(_k, task, [start = 0, len = 0, flags = 0]) {
    if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) || start % PAGE_SIZE !== 0) return -EINVAL;
    if (flags & MS_ASYNC && flags & MS_SYNC) return -EINVAL;
    const end = start + pageAlign(len);
    let next = start;
    for (const vma of vmasIn(mmOf(task), start, end)) {
      if (vma.start > next) return -ENOMEM;
      if (flags & MS_INVALIDATE && vma.flags & VM_LOCKED) return -EBUSY;
      next = vma.end;
    }
    return next < end ? -ENOMEM : 0;
  },
};

export const MLOCK_ROWS = [sys_mlock, sys_mlock2, sys_munlock, sys_mlockall, sys_munlockall, sys_mincore, sys_msync];
