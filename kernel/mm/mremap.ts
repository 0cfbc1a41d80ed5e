import { EAGAIN, EFAULT, EINVAL, ENOMEM } from '../abi/errno.ts';
import { MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from '../abi/mman.ts';
import { archOf } from '../arch/index.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { enoughMemory, mayExpandVm, mayLock } from './accounting.ts';
import { shareVmaFile } from './mm.ts';
import { munmapRange, pageAlign } from './mmap.ts';
import { nommuMremap } from './nommu/munmap.ts';
import { flushTlbMm, forEachPte, pteOf } from './pagetable.ts';
import { storePair } from './phys.ts';
import { mmPopulate } from './populate.ts';
import { type Mm, PAGE_SIZE, VM_LOCKED, VM_LOCKONFAULT, VM_SHARED, type Vma } from './types.ts';
import { getUnmappedArea } from './unmapped-area.ts';
import { insertVma, splitAt, vmaAt, vmasIn } from './vma.ts';

/** Arguments of mremap(2), lengths in whole pages. */
interface Remap {
  addr: VirtAddr;
  oldLen: number;
  newLen: number;
  flags: number;
  newAddr: VirtAddr;
}

/** mremap(2): the new address or a negative errno. Linux: mm/mremap.c. */
export function doMremap(
  k: Kernel,
  task: Task,
  mm: Mm,
  { addr, oldLen: oldSize, newLen: newSize, flags, newAddr }: Remap,
): number {
  if (k.state.noMmu) return nommuMremap(mm, addr, oldSize, newSize, flags, newAddr);
  if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) return -EINVAL;
  if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && !(flags & MREMAP_MAYMOVE)) return -EINVAL;
  if (addr % PAGE_SIZE !== 0) return -EINVAL;
  const remap: Remap = { addr, oldLen: pageAlign(oldSize), newLen: pageAlign(newSize), flags, newAddr };
  if (flags & MREMAP_DONTUNMAP && remap.oldLen !== remap.newLen) return -EINVAL;
  if (remap.newLen === 0) return -EINVAL;
  if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) return remapTo(k, task, mm, remap);
  const vma = vmaAt(mm, addr);
  if (!vma) return -EFAULT;
  if (remap.oldLen >= remap.newLen) {
    munmapRange(k, mm, addr + remap.newLen, addr + remap.oldLen);
    return addr;
  }
  const refused = mayResize(k, task, mm, vma, remap);
  if (refused !== 0) return refused;
  if (growInPlace(k, mm, vma, remap)) return addr;
  if (!(flags & MREMAP_MAYMOVE)) return -ENOMEM;
  const target = getUnmappedArea(mm, remap.newLen);
  return target === 0 ? -ENOMEM : moveVma(k, mm, remap, target);
}

/** Whether the area may become that long. 0 or -errno. Linux: vma_to_resize(). */
function mayResize(k: Kernel, task: Task, mm: Mm, vma: Vma, { addr, oldLen, newLen }: Remap): number {
  // A length of 0 makes a second mapping of shared pages.
  if (oldLen === 0 && !(vma.flags & VM_SHARED)) return -EINVAL;
  if (addr + oldLen > vma.end) return -EFAULT;
  const more = newLen - oldLen;
  if (more <= 0) return 0;
  if (vma.flags & VM_LOCKED && !mayLock(task, mm, more)) return -EAGAIN;
  if (!mayExpandVm(task, mm, more, vma.flags)) return -ENOMEM;
  return enoughMemory(k, more, vma.flags, !vma.file) ? 0 : -ENOMEM;
}

function growInPlace(k: Kernel, mm: Mm, vma: Vma, { addr, oldLen, newLen }: Remap): boolean {
  if (oldLen === 0 || addr + oldLen !== vma.end || addr + newLen > archOf(mm.isa).taskSize) return false;
  if (vmasIn(mm, vma.end, addr + newLen).length > 0) return false;
  vma.end = addr + newLen;
  if ((vma.flags & (VM_LOCKED | VM_LOCKONFAULT)) === VM_LOCKED) mmPopulate(k, mm, addr + oldLen, addr + newLen);
  return true;
}

/** Linux: mremap_to(). */
function remapTo(k: Kernel, task: Task, mm: Mm, remap: Remap): number {
  const { addr, newLen, flags, newAddr } = remap;
  const { taskSize } = archOf(mm.isa);
  if (newAddr % PAGE_SIZE !== 0 || newLen > taskSize || newAddr > taskSize - newLen) return -EINVAL;
  if (addr < newAddr + newLen && newAddr < addr + remap.oldLen) return -EINVAL;
  if (flags & MREMAP_FIXED) munmapRange(k, mm, newAddr, newAddr + newLen);
  if (remap.oldLen > newLen) {
    munmapRange(k, mm, addr + newLen, addr + remap.oldLen);
    remap.oldLen = newLen;
  }
  const vma = vmaAt(mm, addr);
  if (!vma) return -EFAULT;
  const refused = mayResize(k, task, mm, vma, remap);
  if (refused !== 0) return refused;
  if (flags & MREMAP_DONTUNMAP && !mayExpandVm(task, mm, newLen, vma.flags)) return -ENOMEM;
  const target = flags & MREMAP_FIXED ? newAddr : hintOr(mm, newAddr, newLen);
  return target === 0 ? -ENOMEM : moveVma(k, mm, remap, target);
}

function hintOr(mm: Mm, hint: VirtAddr, lenBytes: number): VirtAddr {
  const isFree = hint !== 0 && vmasIn(mm, hint, hint + lenBytes).length === 0;
  return isFree ? hint : getUnmappedArea(mm, lenBytes);
}

/** Linux: move_vma(), move_page_tables(): the frames stay, their entries move. */
function moveVma(k: Kernel, mm: Mm, { addr: from, oldLen, newLen, flags }: Remap, to: VirtAddr): number {
  if (oldLen > 0) {
    splitAt(mm, from, shareVmaFile);
    splitAt(mm, from + oldLen, shareVmaFile);
  }
  const vma = vmaAt(mm, from);
  if (!vma) return -EFAULT;
  const offset = vma.file ? vma.offset + (from - vma.start) : 0;
  const moved: Vma = { ...vma, start: to, end: to + newLen, offset };
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
  if (flags & MREMAP_DONTUNMAP) vma.flags &= ~(VM_LOCKED | VM_LOCKONFAULT);
  else munmapRange(k, mm, from, from + oldLen);
  insertVma(mm, moved);
  flushTlbMm(k, mm);
  if ((moved.flags & (VM_LOCKED | VM_LOCKONFAULT)) === VM_LOCKED) mmPopulate(k, mm, to + oldLen, to + newLen);
  return complete ? to : -ENOMEM;
}
