import { EACCES, EFAULT, EINVAL, ENOMEM } from '../abi/errno.ts';
import * as M from '../abi/mman.ts';
import { mayWrite } from '../fs/open-flags.ts';
import { ramZero } from '../fs/raminode.ts';
import { ACCESS, type VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { FAULT } from './fault.ts';
import { shareVmaFile, zapPageRange } from './mm.ts';
import { flushTlbMm } from './pagetable.ts';
import { populateVma } from './populate.ts';
import {
  type Mm,
  VM_DONTCOPY,
  VM_DONTDUMP,
  VM_EXEC,
  VM_LOCKED,
  VM_READ,
  VM_SHARED,
  VM_WIPEONFORK,
  VM_WRITE,
  type Vma,
} from './types.ts';
import { splitAt, vmasIn } from './vma.ts';

/** madvise(2). What changes contents is done; advice about speed alone needs nothing. Linux: mm/madvise.c. */

/** 0 or -errno. The area lies in the range that is advised on. */
type Advice = (k: Kernel, mm: Mm, vma: Vma) => number;

const hint: Advice = () => 0;
/** A hint that locked pages refuse. */
const unlockedHint: Advice = (_k, _mm, vma) => (vma.flags & VM_LOCKED ? -EINVAL : 0);

function setFlag(flag: number, refused: (vma: Vma) => boolean = () => false): Advice {
  return (_k, _mm, vma) => {
    if (refused(vma)) return -EINVAL;
    vma.flags |= flag;
    return 0;
  };
}

function clearFlag(flag: number): Advice {
  return (_k, _mm, vma) => {
    vma.flags &= ~flag;
    return 0;
  };
}

const dropPages: Advice = (k, mm, vma) => {
  zapPageRange(k, mm, vma.start, vma.end);
  flushTlbMm(k, mm);
  return 0;
};

/** Pages may be freed at any time until they are written; here that time never comes. */
const free: Advice = (_k, _mm, vma) => (vma.file || vma.flags & VM_SHARED ? -EINVAL : 0);

/** A hole in the file behind a shared mapping. Linux: madvise_remove(). */
const remove: Advice = (k, _mm, vma) => {
  const { file, flags, offset } = vma;
  if (flags & VM_LOCKED || file?.inode.kind !== 'file') return -EINVAL;
  if (!(flags & VM_SHARED) || !mayWrite(file)) return -EACCES;
  ramZero(k, file.inode, offset, offset + vma.end - vma.start);
  return 0;
};

function populate(access: number, needs: number): Advice {
  return (k, mm, vma) => {
    if ((vma.flags & needs) === 0) return -EINVAL;
    const outcome = populateVma(k, mm, vma, vma.start, vma.end, access);
    if (outcome === FAULT.busAdrErr) return -EFAULT;
    return outcome === FAULT.none ? 0 : -ENOMEM;
  };
}

const ADVICE: ReadonlyMap<number, Advice> = new Map([
  [M.MADV_NORMAL, hint],
  [M.MADV_RANDOM, hint],
  [M.MADV_SEQUENTIAL, hint],
  [M.MADV_WILLNEED, hint],
  [M.MADV_HUGEPAGE, hint],
  [M.MADV_NOHUGEPAGE, hint],
  [M.MADV_COLD, unlockedHint],
  [M.MADV_PAGEOUT, unlockedHint],
  [M.MADV_FREE, free],
  [M.MADV_DONTNEED, (k: Kernel, mm: Mm, vma: Vma) => (vma.flags & VM_LOCKED ? -EINVAL : dropPages(k, mm, vma))],
  [M.MADV_DONTNEED_LOCKED, dropPages],
  [M.MADV_REMOVE, remove],
  [M.MADV_DONTFORK, setFlag(VM_DONTCOPY)],
  [M.MADV_DOFORK, clearFlag(VM_DONTCOPY)],
  [M.MADV_WIPEONFORK, setFlag(VM_WIPEONFORK, (vma) => vma.file !== null || (vma.flags & VM_SHARED) !== 0)],
  [M.MADV_KEEPONFORK, clearFlag(VM_WIPEONFORK)],
  [M.MADV_DONTDUMP, setFlag(VM_DONTDUMP)],
  [M.MADV_DODUMP, clearFlag(VM_DONTDUMP)],
  [M.MADV_POPULATE_READ, populate(ACCESS.read, VM_READ | VM_WRITE | VM_EXEC)],
  [M.MADV_POPULATE_WRITE, populate(ACCESS.write, VM_WRITE)],
]);

export function isAdvice(advice: number): boolean {
  return ADVICE.has(advice);
}

/**
 * Apply the advice to [start, end), page aligned. What is not mapped is -ENOMEM, after the rest was done (populating stops there). An
 * area that refuses ends it. Linux: madvise_walk_vmas().
 */
export function doMadvise(k: Kernel, mm: Mm, start: VirtAddr, end: VirtAddr, advice: number): number {
  const apply = ADVICE.get(advice);
  if (!apply) return -EINVAL;
  splitAt(mm, start, shareVmaFile);
  splitAt(mm, end, shareVmaFile);
  let next = start;
  let result = 0;
  const stopsAtHole = advice === M.MADV_POPULATE_READ || advice === M.MADV_POPULATE_WRITE;
  for (const vma of vmasIn(mm, start, end)) {
    if (vma.start > next) {
      result = -ENOMEM;
      if (stopsAtHole) return result;
    }
    const refused = apply(k, mm, vma);
    if (refused !== 0) return refused;
    next = vma.end;
  }
  return next < end ? -ENOMEM : result;
}
