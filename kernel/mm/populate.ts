import { ACCESS, type VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { FAULT, handleMmFault } from './fault.ts';
import { PTE_RW, pteOf, ptePopulated } from './pagetable.ts';
import { type Mm, PAGE_SIZE, VM_EXEC, VM_READ, VM_SHARED, VM_WRITE, type Vma } from './types.ts';
import { vmasIn } from './vma.ts';

/** Make the pages of the area that lie in [start, end) present, for this access. FAULT.*. Linux: faultin_page(). */
export function populateVma(k: Kernel, mm: Mm, vma: Vma, start: VirtAddr, end: VirtAddr, access: number): number {
  for (let page = Math.max(start, vma.start); page < Math.min(end, vma.end); page += PAGE_SIZE) {
    const at = pteOf(k, mm, page);
    const entry = at < 0 ? 0 : (k.ram.u32[at] ?? 0);
    if (ptePopulated(entry) && (access !== ACCESS.write || entry & PTE_RW)) continue;
    const outcome = handleMmFault(k, mm, page, access);
    if (outcome !== FAULT.none) return outcome;
  }
  return FAULT.none;
}

/** MAP_POPULATE and mlock: write faults in private writable memory, read faults elsewhere; what fails is left. Linux: mm_populate(). */
export function mmPopulate(k: Kernel, mm: Mm, start: VirtAddr, end: VirtAddr): void {
  for (const vma of vmasIn(mm, start, end)) {
    if ((vma.flags & (VM_READ | VM_WRITE | VM_EXEC)) === 0) continue;
    const breaksCow = (vma.flags & (VM_WRITE | VM_SHARED)) === VM_WRITE;
    if (populateVma(k, mm, vma, start, end, breaksCow ? ACCESS.write : ACCESS.read) !== FAULT.none) return;
  }
}
