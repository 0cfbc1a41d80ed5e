import { fget, fput } from '../fs/file.ts';
import { shmClose } from '../ipc/shm.ts';
import type { IsaName } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { allocFrame, putFrame } from './frames.ts';
import { flatRoot } from './nommu/flat.ts';
import { putRegion } from './nommu/region.ts';
import { flushTlbMm, forEachTable, freePageTables, PTE_RW, pteFrame, pteOf, ptePopulated } from './pagetable.ts';
import { storePair, storeWord } from './phys.ts';
import {
  type Mm,
  PAGE_SIZE,
  VM_DONTCOPY,
  VM_LOCKED,
  VM_LOCKONFAULT,
  VM_SHARED,
  VM_WIPEONFORK,
  VM_WRITE,
  type Vma,
} from './types.ts';

/** Whose it is and its tables: without an MMU there are those of the ISA for all. Null when memory is used up. */
function newSpace(k: Kernel, isa: IsaName): Pick<Mm, 'id' | 'space' | 'pgd' | 'tables'> | null {
  const { noMmu } = k.state;
  const frame = noMmu ? 0 : allocFrame(k);
  const pgd = noMmu ? flatRoot(k, noMmu, isa) : frame * PAGE_SIZE;
  if (pgd === 0) return null;
  const id = k.state.nextMmId++;
  return { id, space: noMmu ? 0 : id, pgd, tables: noMmu ? [] : [frame] };
}

/** An empty address space with one user, or null when memory is used up. Linux: kernel/fork.c mm_alloc(). */
export function mmAlloc(k: Kernel, isa: IsaName): Mm | null {
  const own = newSpace(k, isa);
  if (!own) return null;
  return {
    id: own.id,
    space: own.space,
    isa,
    users: 1,
    count: 1,
    pgd: own.pgd,
    tables: own.tables,
    vmas: [],
    startCode: 0,
    endCode: 0,
    startData: 0,
    endData: 0,
    startBrk: 0,
    brk: 0,
    endBrk: 0,
    loadmaps: [],
    startStack: 0,
    argStart: 0,
    argEnd: 0,
    envStart: 0,
    envEnd: 0,
    mmapBase: 0,
    defFlags: 0,
    dumpable: true,
    membarrier: 0,
    rss: 0,
    hiwaterRss: 0,
    exePath: '',
    auxv: new Uint8Array(0),
  };
}

/** Another area maps the same file. */
export function shareVmaFile(vma: Vma): void {
  if (vma.file) fget(vma.file);
}

export function putVmaFile(k: Kernel, vma: Vma): void {
  if (!vma.file) return;
  fput(k, vma.file);
  if (vma.file.shm) shmClose(k, vma.file.shm);
}

/**
 * A private copy of an address space: areas are copied, pages shared and write-protected on both sides. Null when memory is
 * used up. Linux: kernel/fork.c dup_mmap(), mm/memory.c copy_page_range().
 */
export function dupMmap(k: Kernel, oldMm: Mm): Mm | null {
  const own = newSpace(k, oldMm.isa);
  if (!own) return null;
  const mm: Mm = {
    ...oldMm,
    id: own.id,
    space: own.space,
    users: 1,
    count: 1,
    pgd: own.pgd,
    tables: own.tables,
    vmas: [],
    defFlags: 0,
    rss: 0,
    hiwaterRss: 0,
  };
  // Without an MMU the child's mm begins without areas: it runs in its parent's, which frees them. Linux: dup_mmap().
  if (k.state.noMmu) return mm;
  for (const vma of oldMm.vmas) {
    if (vma.flags & VM_DONTCOPY) continue;
    const copy = { ...vma, flags: vma.flags & ~(VM_LOCKED | VM_LOCKONFAULT) };
    shareVmaFile(copy);
    mm.vmas.push(copy);
    if ((vma.flags & VM_WIPEONFORK) === 0 && !copyPageRange(k, mm, oldMm, vma)) {
      exitMmap(k, mm);
      return null;
    }
  }
  flushTlbMm(k, oldMm);
  return mm;
}

/** False when there is no memory for a table. The loop over entries is what fork of a large process costs. */
function copyPageRange(k: Kernel, mm: Mm, oldMm: Mm, vma: Vma): boolean {
  const protect = (vma.flags & VM_SHARED) === 0 && (vma.flags & VM_WRITE) !== 0;
  let complete = true;
  forEachTable(k, oldMm, vma.start, vma.end, (first, stop, addr) => {
    const { u32 } = k.ram;
    let from = first;
    while (from < stop && !ptePopulated(u32[from] ?? 0)) from += 2;
    if (from === stop || !complete) return;
    const to = pteOf(k, mm, addr, true);
    if (to < 0) complete = false;
    else copyPtes(k, mm, from, stop, to - first, protect);
  });
  return complete;
}

/** Linux: mm/memory.c copy_pte_range(). `offset`: from an old entry to the new one, in words. */
function copyPtes(k: Kernel, mm: Mm, first: number, stop: number, offset: number, protect: boolean): void {
  const { u32 } = k.ram;
  const { refs, zeroFrame } = k.state.frames;
  const keep = protect ? ~PTE_RW : ~0;
  let pages = 0;
  for (let from = first; from < stop; from += 2) {
    const entry = u32[from] ?? 0;
    if (!ptePopulated(entry)) continue;
    const shared = (entry & keep) >>> 0;
    if (shared !== entry) storeWord(k, from, shared);
    storePair(k, from + offset, shared, u32[from + 1] ?? 0);
    const frame = pteFrame(entry);
    if (frame === zeroFrame) continue;
    refs[frame] = (refs[frame] ?? 0) + 1;
    pages++;
  }
  mm.rss += pages;
}

/** Drop the pages of [start, end). Linux: mm/memory.c unmap_page_range(). */
export function zapPageRange(k: Kernel, mm: Mm, start: number, end: number): void {
  if (mm.rss > mm.hiwaterRss) mm.hiwaterRss = mm.rss;
  forEachTable(k, mm, start, end, (first, stop) => {
    const { u32 } = k.ram;
    putPtes(k, mm, first, stop);
    for (let at = first; at < stop; at += 2) {
      if (ptePopulated(u32[at] ?? 0)) storePair(k, at, 0, 0);
    }
  });
}

/** Give up the pages that a table's entries name; the entries stay. */
function putPtes(k: Kernel, mm: Mm, first: number, stop: number): void {
  const { u32 } = k.ram;
  const { zeroFrame } = k.state.frames;
  for (let at = first; at < stop; at += 2) {
    const entry = u32[at] ?? 0;
    if (!ptePopulated(entry)) continue;
    const frame = pteFrame(entry);
    if (frame === zeroFrame) continue;
    mm.rss--;
    putFrame(k, frame);
  }
}

/** Linux: mm/mmap.c exit_mmap(). */
export function exitMmap(k: Kernel, mm: Mm): void {
  for (const vma of mm.vmas) {
    // The tables go as a whole.
    if (k.state.noMmu) putRegion(k, k.state.noMmu, vma.region);
    else forEachTable(k, mm, vma.start, vma.end, (first, stop) => putPtes(k, mm, first, stop));
    putVmaFile(k, vma);
  }
  mm.vmas = [];
  freePageTables(k, mm);
}

/** Give up one use of the address space; the last one frees it. Linux: mmput(). */
export function mmput(k: Kernel, mm: Mm): void {
  mm.users--;
  if (mm.users > 0) return;
  exitMmap(k, mm);
  mm.count--;
}
