import type { NoMmu } from './types.ts';

/** A frame that was never used, for a page table. There is one for each: see createNoMmu(). */
export function takeTable(noMmu: NoMmu): number {
  return noMmu.nextTable++;
}
