import type { Kernel } from '../../state.ts';
import { zeroFrame } from '../phys.ts';
import { PAGE_SIZE } from '../types.ts';
import type { NoMmu } from './types.ts';

/**
 * Contiguous frames, in blocks of powers of two that are aligned to their size. Without an MMU memory that is free but in pieces
 * is of no use, so this is where programs meet fragmentation. Linux: mm/page_alloc.c, alloc_pages_exact().
 */

/** Orders are below this: no block is larger than 4 MiB. Linux: MAX_ORDER, arch/arm/Kconfig ARCH_FORCE_MAX_ORDER. */
export const MAX_ORDER = 11;

function orderOf(nrPages: number): number {
  return Math.ceil(Math.log2(nrPages));
}

/** First of `nrPages` frames in a row with one reference each, or 0 when there is no room. Their bytes are whatever they were. */
export function allocPages(k: Kernel, noMmu: NoMmu, nrPages: number): number {
  const order = orderOf(nrPages);
  const first = order < MAX_ORDER ? takeBlock(noMmu, order) : 0;
  if (first === 0) return 0;
  freeRange(noMmu, first + nrPages, first + 2 ** order);
  const { frames } = k.state;
  for (let frame = first; frame < first + nrPages; frame++) {
    frames.refs[frame] = 1;
    if (k.ram.hasCode[frame]) k.ram.invalidateCode(frame * PAGE_SIZE, PAGE_SIZE);
  }
  frames.used += nrPages;
  frames.nextFresh = Math.max(frames.nextFresh, first + nrPages);
  return first;
}

/** What a program has left in free RAM, by accident or not, is nobody's business. */
export function zeroPages(k: Kernel, first: number, nrPages: number): void {
  for (let frame = first; frame < first + nrPages; frame++) zeroFrame(k, frame);
}

export function freePages(k: Kernel, noMmu: NoMmu, first: number, nrPages: number): void {
  const { frames } = k.state;
  frames.refs.fill(0, first, first + nrPages);
  frames.used -= nrPages;
  freeRange(noMmu, first, first + nrPages);
}

/** Lowest block of the smallest order that has one; its upper halves become free blocks. Linux: __rmqueue_smallest(), expand(). */
function takeBlock({ free }: NoMmu, order: number): number {
  for (let larger = order; larger < MAX_ORDER; larger++) {
    const first = free[larger]?.pop();
    if (first === undefined) continue;
    for (let half = larger - 1; half >= order; half--) insertBlock(free[half], first + 2 ** half);
    return first;
  }
  return 0;
}

/** Frames [from, to) become free, as the largest blocks that they make with their free neighbours. */
export function freeRange(noMmu: NoMmu, from: number, to: number): void {
  for (let frame = from; frame < to; ) {
    let order = 0;
    while (order + 1 < MAX_ORDER && frame % 2 ** (order + 1) === 0 && frame + 2 ** (order + 1) <= to) order++;
    freeBlock(noMmu, frame, order);
    frame += 2 ** order;
  }
}

/** Linux: __free_one_page(). */
function freeBlock({ free }: NoMmu, frame: number, order: number): void {
  let first = frame;
  let merged = order;
  while (merged + 1 < MAX_ORDER) {
    const list = free[merged] ?? [];
    const size = 2 ** merged;
    const buddy = first % (size * 2) === 0 ? first + size : first - size;
    const at = placeIn(list, buddy);
    if (list[at] !== buddy) break;
    list.splice(at, 1);
    first = Math.min(first, buddy);
    merged++;
  }
  insertBlock(free[merged], first);
}

function insertBlock(list: number[] | undefined, first: number): void {
  list?.splice(placeIn(list, first), 0, first);
}

/** Where `first` stands in a descending list, or would stand. */
function placeIn(list: readonly number[], first: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) > first) low = middle + 1;
    else high = middle;
  }
  return low;
}
