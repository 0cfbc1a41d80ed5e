import { EINVAL, ENOMEM, EPERM } from '../../abi/errno.ts';
import { MREMAP_FIXED } from '../../abi/mman.ts';
import { fget } from '../../fs/file.ts';
import type { VirtAddr } from '../../ports.ts';
import type { Kernel } from '../../state.ts';
import { pageAlign } from '../mmap.ts';
import { type Mm, PAGE_SIZE, VM_MAYSHARE, type Vma } from '../types.ts';
import { addRegion, addVma, deleteVma, freeBytes } from './region.ts';
import type { NoMmu } from './types.ts';

/** What becomes of mappings without an MMU. Linux: mm/nommu.c. */

/** munmap(2): a whole area, or part of one that is anonymous. 0 or -errno. Linux: do_munmap(). */
export function nommuMunmap(k: Kernel, noMmu: NoMmu, mm: Mm, start: VirtAddr, lenBytes: number): number {
  const end = start + pageAlign(lenBytes);
  if (end === start) return -EINVAL;
  const overlapping = mm.vmas.filter((vma) => vma.end > start && vma.start < end);
  const [vma] = overlapping;
  if (!vma?.region) return -EINVAL;
  if (vma.file) {
    for (const candidate of overlapping) {
      if (start > candidate.start) return -EINVAL;
      if (end !== candidate.end) continue;
      deleteVma(k, noMmu, mm, candidate);
      return 0;
    }
    return -EINVAL;
  }
  if (start === vma.start && end === vma.end) {
    deleteVma(k, noMmu, mm, vma);
    return 0;
  }
  if (start < vma.start || end > vma.end || start % PAGE_SIZE !== 0) return -EINVAL;
  if (end !== vma.end && end % PAGE_SIZE !== 0) return -EINVAL;
  if (start !== vma.start && end !== vma.end) splitVma(k, noMmu, mm, vma, start);
  shrinkVma(k, noMmu, mm, vma, start, end);
  return 0;
}

/** What lies below `addr` becomes an area with a region of its own. Linux: split_vma(). */
function splitVma(k: Kernel, noMmu: NoMmu, mm: Mm, vma: Vma, addr: VirtAddr): void {
  const { region } = vma;
  if (!region) return;
  const lower = { ...region, end: addr, top: addr };
  if (lower.image) fget(lower.image.file);
  mm.vmas.splice(mm.vmas.indexOf(vma), 1);
  region.start = addr;
  addRegion(noMmu, lower);
  addVma(k, noMmu, mm, { ...vma, end: addr, region: lower });
  vma.start = addr;
  addVma(k, noMmu, mm, vma);
}

/** Give [from, to) back, at the beginning or the end of an area. Linux: shrink_vma(). */
function shrinkVma(k: Kernel, noMmu: NoMmu, mm: Mm, vma: Vma, from: VirtAddr, to: VirtAddr): void {
  const { region } = vma;
  if (!region) return;
  mm.vmas.splice(mm.vmas.indexOf(vma), 1);
  if (from > vma.start) vma.end = from;
  else vma.start = to;
  addVma(k, noMmu, mm, vma);
  if (from > region.start) {
    // mremap may have made the area shorter than its region.
    freeBytes(k, noMmu, from, region.top);
    region.top = from;
    region.end = from;
  } else {
    freeBytes(k, noMmu, region.start, to);
    region.start = to;
  }
}

/** mremap(2): only the length changes, within what was allocated. The address or -errno. Linux: do_mremap(). */
export function nommuMremap(
  mm: Mm,
  addr: VirtAddr,
  oldSize: number,
  newSize: number,
  flags: number,
  newAddr: VirtAddr,
): number {
  const oldLen = pageAlign(oldSize);
  const newLen = pageAlign(newSize);
  if (oldLen === 0 || newLen === 0) return -EINVAL;
  if (addr % PAGE_SIZE !== 0) return -EINVAL;
  if (flags & MREMAP_FIXED && newAddr !== addr) return -EINVAL;
  const vma = mm.vmas.find(({ start, end }) => start === addr && end === addr + oldLen);
  if (!vma?.region) return -EINVAL;
  if (vma.flags & VM_MAYSHARE) return -EPERM;
  if (newLen > vma.region.end - vma.region.start) return -ENOMEM;
  vma.end = vma.start + newLen;
  return vma.start;
}

/** brk(2): within what the program was loaded with. The break. Linux: SYSCALL_DEFINE1(brk). */
export function nommuBrk(mm: Mm, wanted: VirtAddr): number {
  if (wanted >= mm.startBrk && wanted <= mm.endBrk) mm.brk = wanted;
  return mm.brk;
}
