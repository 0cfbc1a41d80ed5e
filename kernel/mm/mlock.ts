import { ENOMEM, EPERM } from '../abi/errno.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { canDoMlock, mayLock, overlapBytes } from './accounting.ts';
import { shareVmaFile } from './mm.ts';
import { mmPopulate } from './populate.ts';
import { type Mm, VM_LOCKED, VM_LOCKONFAULT } from './types.ts';
import { splitAt, vmasIn } from './vma.ts';

/** Locking pages: nothing is ever swapped, so it is accounting, and making present. Linux: mm/mlock.c. */

const LOCK_BITS = VM_LOCKED | VM_LOCKONFAULT;

/** Set the lock bits of [start, end) to `bits`. -ENOMEM where something is not mapped. Linux: apply_vma_lock_flags(). */
export function applyVmaLockFlags(mm: Mm, start: VirtAddr, end: VirtAddr, bits: number): number {
  splitAt(mm, start, shareVmaFile);
  splitAt(mm, end, shareVmaFile);
  let next = start;
  for (const vma of vmasIn(mm, start, end)) {
    if (vma.start > next) return -ENOMEM;
    vma.flags = (vma.flags & ~LOCK_BITS) | bits;
    next = vma.end;
  }
  return next < end ? -ENOMEM : 0;
}

/** mlock2(2) of whole pages. Linux: do_mlock(). */
export function doMlock(k: Kernel, task: Task, mm: Mm, start: VirtAddr, end: VirtAddr, bits: number): number {
  if (!canDoMlock(task)) return -EPERM;
  const already = vmasIn(mm, start, end)
    .filter(({ flags }) => flags & VM_LOCKED)
    .reduce((sum, vma) => sum + overlapBytes(vma, start, end), 0);
  if (!mayLock(task, mm, end - start - already)) return -ENOMEM;
  const error = applyVmaLockFlags(mm, start, end, bits);
  if (error !== 0) return error;
  if ((bits & VM_LOCKONFAULT) === 0) mmPopulate(k, mm, start, end);
  return 0;
}
