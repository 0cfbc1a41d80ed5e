import { EFAULT, EINVAL, ENOMEM } from '../abi/errno.ts';
import { MREMAP_FIXED, MREMAP_MAYMOVE } from '../abi/mman.ts';
import { archOf } from '../arch/index.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { shareVmaFile } from './mm.ts';
import { getUnmappedArea, munmapRange, pageAlign } from './mmap.ts';
import { flushTlbMm, forEachPte, pteOf } from './pagetable.ts';
import { storePair } from './phys.ts';
import { type Mm, PAGE_SIZE, type Vma } from './types.ts';
import { insertVma, splitAt, vmaAt, vmasIn } from './vma.ts';

/** mremap(2): the new address or a negative errno. Linux: mm/mremap.c. MREMAP_DONTUNMAP is refused with EINVAL. */
export function doMremap(
  k: Kernel,
  mm: Mm,
  addr: VirtAddr,
  oldSize: number,
  newSize: number,
  flags: number,
  newAddr: VirtAddr,
): number {
  if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) return -EINVAL;
  if (flags & MREMAP_FIXED && !(flags & MREMAP_MAYMOVE)) return -EINVAL;
  if (addr % PAGE_SIZE !== 0) return -EINVAL;
  const oldLen = pageAlign(oldSize);
  const newLen = pageAlign(newSize);
  if (newLen === 0) return -EINVAL;
  const vma = vmaAt(mm, addr);
  if (!vma) return -EFAULT;
  if (addr + oldLen > vma.end) return -EFAULT;
  if (flags & MREMAP_FIXED) return remapTo(k, mm, addr, oldLen, newLen, newAddr);
  if (newLen <= oldLen) {
    if (newLen < oldLen) munmapRange(k, mm, addr + newLen, addr + oldLen);
    return addr;
  }
  if (oldLen === 0) return -EINVAL;
  if (growInPlace(mm, vma, addr, oldLen, newLen)) return addr;
  if (!(flags & MREMAP_MAYMOVE)) return -ENOMEM;
  const target = getUnmappedArea(mm, newLen);
  if (target === 0) return -ENOMEM;
  return moveVma(k, mm, addr, oldLen, newLen, target);
}

function growInPlace(mm: Mm, vma: Vma, addr: VirtAddr, oldLen: number, newLen: number): boolean {
  if (addr + oldLen !== vma.end || addr + newLen > archOf(mm.isa).taskSize) return false;
  if (vmasIn(mm, vma.end, addr + newLen).length > 0) return false;
  vma.end = addr + newLen;
  return true;
}

function remapTo(k: Kernel, mm: Mm, addr: VirtAddr, oldLen: number, newLen: number, target: VirtAddr): number {
  const { taskSize } = archOf(mm.isa);
  if (target % PAGE_SIZE !== 0 || newLen > taskSize || target > taskSize - newLen) return -EINVAL;
  if (addr < target + newLen && target < addr + oldLen) return -EINVAL;
  munmapRange(k, mm, target, target + newLen);
  if (newLen < oldLen) munmapRange(k, mm, addr + newLen, addr + oldLen);
  return moveVma(k, mm, addr, Math.min(oldLen, newLen), newLen, target);
}

/** Linux: move_vma(), move_page_tables(): the frames stay, their entries move. */
function moveVma(k: Kernel, mm: Mm, from: VirtAddr, oldLen: number, newLen: number, to: VirtAddr): number {
  splitAt(mm, from, shareVmaFile);
  splitAt(mm, from + oldLen, shareVmaFile);
  const vma = vmaAt(mm, from);
  if (!vma) return -EFAULT;
  const moved: Vma = { ...vma, start: to, end: to + newLen };
  shareVmaFile(moved);
  const u32 = k.ram.u32;
  let complete = true;
  forEachPte(k, mm, from, from + oldLen, (at, page) => {
    const target = pteOf(k, mm, page - from + to, true);
    if (target < 0) {
      complete = false;
      return;
    }
    storePair(k, target, u32[at] ?? 0, u32[at + 1] ?? 0);
    storePair(k, at, 0, 0);
  });
  munmapRange(k, mm, from, from + oldLen);
  insertVma(mm, moved);
  flushTlbMm(k, mm);
  return complete ? to : -ENOMEM;
}
