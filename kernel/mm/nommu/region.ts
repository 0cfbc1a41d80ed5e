import { fput } from '../../fs/file.ts';
import type { Kernel } from '../../state.ts';
import { putVmaFile } from '../mm.ts';
import { type Mm, PAGE_SIZE, VM_MAPPED_COPY, type Vma } from '../types.ts';
import { freePages } from './buddy.ts';
import type { NoMmu, Region } from './types.ts';

/** Regions, which areas of several processes may share, and the areas of one process. Linux: mm/nommu.c. */

/** Linux: add_nommu_region(). */
export function addRegion({ regions }: NoMmu, region: Region): void {
  const at = regions.findIndex((other) => other.start > region.start);
  regions.splice(at < 0 ? regions.length : at, 0, region);
}

/**
 * An area gives up its region; the last one frees its memory, unless that is a file's own or the kernel's. Linux: __put_nommu_region().
 */
export function putRegion(k: Kernel, noMmu: NoMmu, region: Region | undefined): void {
  if (!region) return;
  region.users--;
  if (region.users > 0) return;
  noMmu.regions.splice(noMmu.regions.indexOf(region), 1);
  if (region.image) fput(k, region.image.file);
  if (region.flags & VM_MAPPED_COPY) freeBytes(k, noMmu, region.start, region.top);
}

/** Linux: free_page_series(). */
export function freeBytes(k: Kernel, noMmu: NoMmu, start: number, end: number): void {
  freePages(k, noMmu, start / PAGE_SIZE, (end - start) / PAGE_SIZE);
}

/**
 * By start, then end: areas may lie within each other, where a process maps bytes of a file twice. One takes the place of another that is
 * just as long (and Linux never frees that). Linux: add_vma_to_mm(), vma_mas_store().
 */
export function addVma(k: Kernel, noMmu: NoMmu, mm: Mm, vma: Vma): void {
  const same = mm.vmas.find(({ start, end }) => start === vma.start && end === vma.end);
  if (same) deleteVma(k, noMmu, mm, same);
  const at = mm.vmas.findIndex(
    (other) => other.start > vma.start || (other.start === vma.start && other.end > vma.end),
  );
  mm.vmas.splice(at < 0 ? mm.vmas.length : at, 0, vma);
}

/** Linux: delete_vma_from_mm(), delete_vma(). */
export function deleteVma(k: Kernel, noMmu: NoMmu, mm: Mm, vma: Vma): void {
  mm.vmas.splice(mm.vmas.indexOf(vma), 1);
  putRegion(k, noMmu, vma.region);
  putVmaFile(k, vma);
}

/** The first area that holds `addr`. Linux: find_vma() of mm/nommu.c. */
export function findVma(mm: Mm, addr: number): Vma | undefined {
  return mm.vmas.find(({ start, end }) => start <= addr && addr < end);
}
