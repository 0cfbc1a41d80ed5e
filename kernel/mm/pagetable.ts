import type { PhysAddr, VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { allocFrame, putFrame } from './frames.ts';
import { takeTable } from './nommu/tables.ts';
import { storeWord } from './phys.ts';
import { type Mm, PAGE_SIZE } from './types.ts';

/**
 * Page tables, in RAM, walked by the engine: x86-64's four levels with 8-byte entries, for every ISA (32-bit ones use the low
 * 4 GiB). Only the last level's permissions count. Intel SDM volume 3, 4.5.
 */
export const PTE_PRESENT = 1;
export const PTE_RW = 2;
export const PTE_USER = 4;
/** A page that is there but may not be touched (PROT_NONE): not present for the engine. Linux: _PAGE_PROTNONE. */
export const PTE_PROTNONE = 0x100;
/** Bit 63, in the entry's high word. */
export const PTE_HIGH_NX = 0x8000_0000;

const GIB = 0x4000_0000;

type Tables = Pick<Mm, 'pgd' | 'tables'>;

/** Index in ram.u32 of the low word of the entry for `addr`; -1 when its table is missing (and `alloc` is off or memory is out). */
export function pteOf(k: Kernel, mm: Tables, addr: VirtAddr, alloc = false): number {
  const gib = Math.floor(addr / GIB);
  const low = addr - gib * GIB;
  let table: PhysAddr = mm.pgd;
  table = nextTable(k, mm, table, gib >>> 9, alloc);
  if (table === 0) return -1;
  table = nextTable(k, mm, table, gib & 511, alloc);
  if (table === 0) return -1;
  table = nextTable(k, mm, table, low >>> 21, alloc);
  if (table === 0) return -1;
  return (table >>> 2) + ((low >>> 12) & 511) * 2;
}

function nextTable(k: Kernel, mm: Tables, table: PhysAddr, index: number, alloc: boolean): PhysAddr {
  const at = (table >>> 2) + index * 2;
  const entry = k.ram.u32[at] ?? 0;
  if (entry !== 0) return (entry & ~0xfff) >>> 0;
  if (!alloc) return 0;
  const frame = allocTable(k, mm);
  if (frame === 0) return 0;
  const phys = frame * PAGE_SIZE;
  storeWord(k, at, phys | PTE_PRESENT | PTE_RW | PTE_USER);
  return phys;
}

/** The tables of a machine without MMU are nobody's. */
function allocTable(k: Kernel, mm: Tables): number {
  const { noMmu } = k.state;
  if (noMmu) return takeTable(noMmu);
  const frame = allocFrame(k);
  if (frame !== 0) mm.tables.push(frame);
  return frame;
}

/** Frame that an entry (its low word) names. */
export function pteFrame(entry: number): number {
  return entry >>> 12;
}

/** Whether the entry holds a page, also one that may not be touched. */
export function ptePopulated(entry: number): boolean {
  return (entry & (PTE_PRESENT | PTE_PROTNONE)) !== 0;
}

/** Physical address for a user access, or -1 when a page fault has to decide. */
export function translate(k: Kernel, mm: Mm, addr: VirtAddr, write: boolean): PhysAddr {
  if (!(addr >= 0 && addr < 0x8000_0000_0000)) return -1;
  const at = pteOf(k, mm, addr);
  if (at < 0) return -1;
  const entry = k.ram.u32[at] ?? 0;
  const need = write ? PTE_PRESENT | PTE_RW : PTE_PRESENT;
  if ((entry & need) !== need) return -1;
  return ((entry & ~0xfff) >>> 0) + (addr % PAGE_SIZE);
}

/**
 * Call `visit` for the entries of [start, end) table by table, skipping missing tables: the places in ram.u32 from the first
 * entry up to, not including, `stop`, two words each, and the address of the first. For loops over many pages.
 */
export function forEachTable(
  k: Kernel,
  mm: Mm,
  start: VirtAddr,
  end: VirtAddr,
  visit: (first: number, stop: number, addr: VirtAddr) => void,
): void {
  let addr = start;
  while (addr < end) {
    const first = pteOf(k, mm, addr);
    if (first < 0) {
      addr = skipMissing(k, mm, addr, end);
      continue;
    }
    const next = Math.min(end, addr - (addr % 0x20_0000) + 0x20_0000);
    visit(first, first + Math.ceil((next - addr) / PAGE_SIZE) * 2, addr);
    addr = next;
  }
}

/** Call `visit` with the place of each populated entry in [start, end). */
export function forEachPte(
  k: Kernel,
  mm: Mm,
  start: VirtAddr,
  end: VirtAddr,
  visit: (at: number, addr: VirtAddr) => void,
): void {
  const u32 = k.ram.u32;
  forEachTable(k, mm, start, end, (first, stop, addr) => {
    for (let at = first, page = addr; at < stop; at += 2, page += PAGE_SIZE) {
      if (ptePopulated(u32[at] ?? 0)) visit(at, page);
    }
  });
}

/** First address behind `addr` whose upper tables may exist: jumps over empty gigabytes at once. */
function skipMissing(k: Kernel, mm: Mm, addr: VirtAddr, end: VirtAddr): VirtAddr {
  const gib = Math.floor(addr / GIB);
  const pud = nextTable(k, mm, mm.pgd, gib >>> 9, false);
  if (pud === 0) return Math.min(end, (Math.floor(gib / 512) + 1) * 512 * GIB);
  if (nextTable(k, mm, pud, gib & 511, false) === 0) return Math.min(end, (gib + 1) * GIB);
  return Math.min(end, addr - (addr % 0x20_0000) + 0x20_0000);
}

/** Free all tables of an address space whose pages are gone. Linux: free_pgtables(). */
export function freePageTables(k: Kernel, mm: Mm): void {
  for (const frame of mm.tables) putFrame(k, frame);
  mm.tables = [];
  mm.pgd = 0;
}

/** Drop TLB entries of the page, when this address space is the loaded one. */
export function flushTlbPage(k: Kernel, mm: Mm, addr: VirtAddr): void {
  if (k.loadedMm.get(mm.isa) === mm.id) k.cpus(mm.isa).flushTlbPage(addr);
}

export function flushTlbMm(k: Kernel, mm: Mm): void {
  if (k.loadedMm.get(mm.isa) === mm.id) k.cpus(mm.isa).flushTlb();
}
