import type { VirtAddr } from '../ports.ts';
import { type Mm, VM_GROWSDOWN, type Vma } from './types.ts';

/** Index of the first area that ends above `addr`, or vmas.length. Linux: find_vma(). */
export function findVmaIndex(mm: Mm, addr: VirtAddr): number {
  let low = 0;
  let high = mm.vmas.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((mm.vmas[middle]?.end ?? 0) > addr) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The area that holds `addr`, or undefined. */
export function vmaAt(mm: Mm, addr: VirtAddr): Vma | undefined {
  const vma = mm.vmas[findVmaIndex(mm, addr)];
  return vma && vma.start <= addr ? vma : undefined;
}

/** Areas that overlap [start, end), lowest first. */
export function vmasIn(mm: Mm, start: VirtAddr, end: VirtAddr): Vma[] {
  const found: Vma[] = [];
  for (let i = findVmaIndex(mm, start); i < mm.vmas.length; i++) {
    const vma = mm.vmas[i];
    if (!vma || vma.start >= end) break;
    found.push(vma);
  }
  return found;
}

/** Put a new area into its place, merged with a neighbour of the same kind. Linux: vma_merge(). */
export function insertVma(mm: Mm, vma: Vma): Vma {
  const at = findVmaIndex(mm, vma.start);
  const before = mm.vmas[at - 1];
  const after = mm.vmas[at];
  if ((before && before.end > vma.start) || (after && after.start < vma.end)) throw new Error('areas overlap');
  if (before && before.end === vma.start && mergeable(before, vma)) {
    before.end = vma.end;
    if (after && after.start === before.end && mergeable(before, after)) {
      before.end = after.end;
      mm.vmas.splice(at, 1);
    }
    return before;
  }
  if (after && after.start === vma.end && mergeable(vma, after)) {
    after.start = vma.start;
    after.offset = vma.offset;
    return after;
  }
  mm.vmas.splice(at, 0, vma);
  return vma;
}

function mergeable(a: Vma, b: Vma): boolean {
  if (a.flags !== b.flags || a.name !== b.name || a.flags & VM_GROWSDOWN) return false;
  if (a.file === null && b.file === null) return true;
  return false;
}

/** Make `addr` a boundary between areas. Linux: split_vma(). */
export function splitAt(mm: Mm, addr: VirtAddr, share: (vma: Vma) => void): void {
  const at = findVmaIndex(mm, addr);
  const vma = mm.vmas[at];
  if (!vma || vma.start >= addr) return;
  const upper: Vma = { ...vma, start: addr, offset: vma.file ? vma.offset + (addr - vma.start) : 0 };
  vma.end = addr;
  share(upper);
  mm.vmas.splice(at + 1, 0, upper);
}
