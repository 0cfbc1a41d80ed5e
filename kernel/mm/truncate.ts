import type { Inode } from '../fs/types.ts';
import type { Kernel } from '../state.ts';
import { putFrame } from './frames.ts';
import { zapPageRange } from './mm.ts';
import { flushTlbMm } from './pagetable.ts';
import { type Mm, PAGE_SIZE } from './types.ts';

/**
 * Pages of a file that lie wholly behind its new end leave every address space, private copies too, and the page cache: touching them is
 * SIGBUS from now on. Linux: mm/truncate.c truncate_pagecache(), unmap_mapping_range().
 */
export function truncatePagecache(k: Kernel, inode: Inode, sizeBytes: number): void {
  if (!inode.pages) return;
  const from = Math.ceil(sizeBytes / PAGE_SIZE) * PAGE_SIZE;
  // Without an MMU nothing can be unmapped under a process.
  if (!k.state.noMmu) for (const mm of addressSpaces(k)) unmapFrom(k, mm, inode, from);
  for (const [index, frame] of inode.pages) {
    if (index * PAGE_SIZE < from) continue;
    inode.pages.delete(index);
    putFrame(k, frame);
  }
}

function addressSpaces(k: Kernel): Set<Mm> {
  const all = new Set<Mm>();
  for (const { mm } of k.state.tasks.values()) if (mm) all.add(mm);
  return all;
}

function unmapFrom(k: Kernel, mm: Mm, inode: Inode, from: number): void {
  let found = false;
  for (const vma of mm.vmas) {
    if (vma.file?.inode !== inode) continue;
    const start = Math.max(vma.start, vma.start + from - vma.offset);
    if (start >= vma.end) continue;
    zapPageRange(k, mm, start, vma.end);
    found = true;
  }
  if (found) flushTlbMm(k, mm);
}
