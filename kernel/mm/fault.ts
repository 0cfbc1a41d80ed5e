import { RLIMIT_STACK } from '../abi/resource.ts';
import { ACCESS, type VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { tellCall } from '../trace.ts';
import { mayExpandVm, mayLock } from './accounting.ts';
import { allocFrame, allocFrameRaw, getFrame, putFrame } from './frames.ts';
import { flatFault } from './nommu/flat.ts';
import { cachedPage } from './pagecache.ts';
import {
  flushTlbPage,
  PTE_HIGH_NX,
  PTE_PRESENT,
  PTE_PROTNONE,
  PTE_RW,
  PTE_USER,
  pteFrame,
  pteOf,
  ptePopulated,
} from './pagetable.ts';
import { copyBytes, storePair } from './phys.ts';
import {
  type Mm,
  PAGE_SIZE,
  STACK_GUARD_GAP,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_READ,
  VM_SHARED,
  VM_WRITE,
  type Vma,
} from './types.ts';
import { MMAP_MIN_ADDR } from './unmapped-area.ts';
import { findVmaIndex } from './vma.ts';

/** An aligned window of so many bytes, which lies in one page table. */
const FAULT_AROUND_BYTES = 65536;

/** Outcome of a fault: 0, or why the task gets a signal. */
export const FAULT = { none: 0, mapErr: 1, accErr: 2, busAdrErr: 3, oom: 4 } as const;

/** Make the page at `addr` accessible, or say why not. Linux: arch do_user_addr_fault() and mm/memory.c handle_mm_fault(). */
export function handleMmFault(k: Kernel, mm: Mm, addr: VirtAddr, access: number): number {
  if (k.state.noMmu) return flatFault(k, mm, addr, access);
  const index = findVmaIndex(mm, addr);
  const vma = mm.vmas[index];
  if (!vma) return FAULT.mapErr;
  if (addr < vma.start && !expandStack(k, mm, index, addr)) return FAULT.mapErr;
  if (!accessAllowed(vma, access)) return FAULT.accErr;
  const at = pteOf(k, mm, addr, true);
  if (at < 0) return FAULT.oom;
  const entry = k.ram.u32[at] ?? 0;
  if (ptePopulated(entry)) {
    if (access === ACCESS.exec && (vma.flags & VM_EXEC) === 0) return FAULT.accErr;
    if (access !== ACCESS.write || (entry & PTE_RW) !== 0) return FAULT.none;
    const outcome = doWpPage(k, mm, vma, at, addr);
    if (k.calls) tellFault(k, 'do_wp_page', mm, addr, pteFrame(k.ram.u32[at] ?? 0));
    return outcome;
  }
  const outcome = vma.file ? doFilePage(k, mm, vma, at, addr, access) : doAnonymousPage(k, mm, vma, at, access);
  if (k.calls) tellFault(k, vma.file ? 'do_fault' : 'do_anonymous_page', mm, addr, pteFrame(k.ram.u32[at] ?? 0));
  return outcome;
}

/** The result is the physical address of the page. */
function tellFault(k: Kernel, name: string, mm: Mm, address: VirtAddr, frame: number): void {
  const task = k.state.tasks.get(k.state.current);
  if (k.calls && task) tellCall(k.calls, task, name, { address, mm }, frame * PAGE_SIZE);
}

/** A fetch from a page that is not there yet counts as a read; it fails when the page is there. Linux: access_error(). */
function accessAllowed(vma: Vma, access: number): boolean {
  if (access === ACCESS.write) return (vma.flags & VM_WRITE) !== 0;
  return (vma.flags & (VM_READ | VM_WRITE | VM_EXEC)) !== 0;
}

/** Linux: mm/mmap.c expand_downwards(). */
function expandStack(k: Kernel, mm: Mm, index: number, addr: VirtAddr): boolean {
  const vma = mm.vmas[index];
  if (!vma || (vma.flags & VM_GROWSDOWN) === 0) return false;
  const start = addr - (addr % PAGE_SIZE);
  const task = k.state.tasks.get(k.state.current);
  if (task && (vma.end - start > (task.signal.rlim[RLIMIT_STACK]?.[0] ?? Infinity) || start < MMAP_MIN_ADDR))
    return false;
  if (task && !mayExpandVm(task, mm, vma.start - start, vma.flags)) return false;
  if (task && vma.flags & VM_LOCKED && !mayLock(task, mm, vma.start - start)) return false;
  const below = mm.vmas[index - 1];
  const accessible = below && (below.flags & (VM_READ | VM_WRITE | VM_EXEC)) !== 0;
  if (below && start < below.end + (accessible && !(below.flags & VM_GROWSDOWN) ? STACK_GUARD_GAP : 0)) return false;
  vma.start = start;
  return true;
}

/** High word of an entry for pages of this area. */
function highBits(vma: Vma): number {
  return vma.flags & VM_EXEC ? 0 : PTE_HIGH_NX;
}

function setPte(k: Kernel, at: number, frame: number, vma: Vma, writable: boolean): void {
  const accessible = (vma.flags & (VM_READ | VM_WRITE | VM_EXEC)) !== 0;
  const low = accessible ? PTE_PRESENT | PTE_USER | (writable ? PTE_RW : 0) : PTE_PROTNONE;
  storePair(k, at, (frame * PAGE_SIZE) | low, highBits(vma));
}

/** Linux: do_anonymous_page(): a read maps the page of zeros, a write gets a frame. */
function doAnonymousPage(k: Kernel, mm: Mm, vma: Vma, at: number, access: number): number {
  if (access !== ACCESS.write) {
    setPte(k, at, k.state.frames.zeroFrame, vma, false);
    return FAULT.none;
  }
  const frame = allocFrame(k);
  if (frame === 0) return FAULT.oom;
  mm.rss++;
  setPte(k, at, frame, vma, true);
  return FAULT.none;
}

/** Linux: do_read_fault(), do_cow_fault(), do_shared_fault(). */
function doFilePage(k: Kernel, mm: Mm, vma: Vma, at: number, addr: VirtAddr, access: number): number {
  const file = vma.file;
  if (!file) return FAULT.mapErr;
  const page = cachedPage(k, file, vma.offset + (addr - (addr % PAGE_SIZE)) - vma.start);
  if (page < 0) return FAULT.busAdrErr;
  if (page === 0) return FAULT.oom;
  if (access === ACCESS.write && (vma.flags & VM_SHARED) === 0) {
    const copy = copyFrame(k, page);
    if (copy === 0) return FAULT.oom;
    setPte(k, at, copy, vma, true);
    mm.rss++;
    return FAULT.none;
  }
  mapCached(k, mm, vma, at, page);
  if (access !== ACCESS.write && file.inode.pages) mapPagesAround(k, mm, vma, file.inode.pages, at, addr);
  return FAULT.none;
}

function mapCached(k: Kernel, mm: Mm, vma: Vma, at: number, page: number): void {
  getFrame(k, page);
  setPte(k, at, page, vma, (vma.flags & VM_SHARED) !== 0 && (vma.flags & VM_WRITE) !== 0);
  mm.rss++;
}

/**
 * A read maps what the cache has of the pages around it too: a program that was run before starts with few faults.
 * Linux: do_fault_around(), fault_around_bytes.
 */
function mapPagesAround(
  k: Kernel,
  mm: Mm,
  vma: Vma,
  cached: ReadonlyMap<number, number>,
  at: number,
  addr: VirtAddr,
): void {
  const page = addr - (addr % PAGE_SIZE);
  const window = addr - (addr % FAULT_AROUND_BYTES);
  const end = Math.min(vma.end, window + FAULT_AROUND_BYTES);
  for (let next = Math.max(vma.start, window); next < end; next += PAGE_SIZE) {
    const entry = at + ((next - page) / PAGE_SIZE) * 2;
    if (ptePopulated(k.ram.u32[entry] ?? 0)) continue;
    const frame = cached.get((vma.offset + next - vma.start) / PAGE_SIZE);
    if (frame !== undefined) mapCached(k, mm, vma, entry, frame);
  }
}

function copyFrame(k: Kernel, from: number): number {
  const to = allocFrameRaw(k);
  if (to !== 0) copyBytes(k, to * PAGE_SIZE, from * PAGE_SIZE, PAGE_SIZE);
  return to;
}

/** A write to a page that is mapped read-only in a writable area. Linux: do_wp_page(). */
function doWpPage(k: Kernel, mm: Mm, vma: Vma, at: number, addr: VirtAddr): number {
  const frame = pteFrame(k.ram.u32[at] ?? 0);
  const isZero = frame === k.state.frames.zeroFrame;
  if ((vma.flags & VM_SHARED) !== 0 || (!isZero && k.state.frames.refs[frame] === 1)) {
    setPte(k, at, frame, vma, true);
  } else {
    const copy = isZero ? allocFrame(k) : copyFrame(k, frame);
    if (copy === 0) return FAULT.oom;
    if (isZero) mm.rss++;
    else putFrame(k, frame);
    setPte(k, at, copy, vma, true);
  }
  flushTlbPage(k, mm, addr - (addr % PAGE_SIZE));
  return FAULT.none;
}
