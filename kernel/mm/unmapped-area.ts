import { archOf } from '../arch/index.ts';
import type { VirtAddr } from '../ports.ts';
import { type Mm, PAGE_SIZE, STACK_GUARD_GAP, VM_GROWSDOWN, type Vma } from './types.ts';
import { findVmaIndex, vmasIn } from './vma.ts';

/** Where a mapping can go. */

/** Lowest address a program may map: vm.mmap_min_addr. */
export const MMAP_MIN_ADDR = 0x1_0000;

/** Below an area that grows down a gap stays free. Linux: vm_start_gap(). */
export function vmStartGap(vma: Vma): VirtAddr {
  return vma.flags & VM_GROWSDOWN ? Math.max(0, vma.start - STACK_GUARD_GAP) : vma.start;
}

/** Highest free range below `below` (mmap_base), then from there up. Linux: arch_get_unmapped_area_topdown(). 0 when there is none. */
export function getUnmappedArea(mm: Mm, lenBytes: number, below = mm.mmapBase, alignBytes = PAGE_SIZE): VirtAddr {
  let top = below;
  const fits = (floor: number): VirtAddr => {
    const start = top - lenBytes - ((top - lenBytes) % alignBytes);
    return start >= floor ? start : 0;
  };
  for (let i = Math.min(findVmaIndex(mm, top - 1), mm.vmas.length - 1); i >= 0; i--) {
    const vma = mm.vmas[i];
    if (!vma || vmStartGap(vma) >= top) continue;
    const found = vma.end <= top ? fits(vma.end) : 0;
    if (found >= MMAP_MIN_ADDR) return found;
    top = Math.min(top, vmStartGap(vma));
  }
  const lowest = fits(MMAP_MIN_ADDR);
  if (lowest !== 0) return lowest;
  return below === mm.mmapBase ? unmappedAreaBottomUp(mm, lenBytes, alignBytes) : 0;
}

function unmappedAreaBottomUp(mm: Mm, lenBytes: number, alignBytes: number): VirtAddr {
  const align = (at: number): number => Math.ceil(at / alignBytes) * alignBytes;
  let addr = align(mm.mmapBase);
  const limit = archOf(mm.isa).taskSize;
  for (const vma of mm.vmas.slice(findVmaIndex(mm, addr))) {
    if (vmStartGap(vma) - addr >= lenBytes) return addr;
    addr = Math.max(addr, align(vma.end));
  }
  return limit - addr >= lenBytes ? addr : 0;
}

/** Nothing is mapped there. */
export function isFree(mm: Mm, addr: VirtAddr, lenBytes: number): boolean {
  return vmasIn(mm, addr, addr + lenBytes).length === 0;
}

/** Nothing is mapped there, nor would be too close below a stack: for an address that is only a hint. */
export function isFreeWithGap(mm: Mm, addr: VirtAddr, lenBytes: number): boolean {
  if (!isFree(mm, addr, lenBytes)) return false;
  const above = mm.vmas[findVmaIndex(mm, addr + lenBytes - 1)];
  return !above || addr + lenBytes <= vmStartGap(above);
}
