import type { File, Inode } from '../../fs/types.ts';
import type { IsaName, PhysAddr } from '../../ports.ts';

/** What a machine without MMU keeps: memory is contiguous and shared by all, and addresses are physical. */

/** struct vm_region: [start, end) of RAM that areas map, [start, top) of what was allocated for it. Linux: include/linux/mm_types.h. */
export interface Region {
  start: PhysAddr;
  end: PhysAddr;
  top: PhysAddr;
  flags: number;
  /** Of the file's bytes at `start`. */
  offset: number;
  /** Of the file whose bytes these are, null for anonymous memory. Each area holds its file, so none has gone while there is one. */
  inode: Inode | null;
  /** A file that its loader has copied here, with one reference, and what is to be added to its addresses: for who looks for symbols. */
  image: { readonly file: File; readonly bias: number } | null;
  /** vm_usage: areas that lie in it. */
  users: number;
}

export interface NoMmu {
  /** Free blocks of 2^order frames, by order; each list descends, so that the lowest address is taken first. */
  free: number[][];
  /** The RAM that programs reach: [ramStart, ramEnd). Nothing lies below, so that a null pointer faults. */
  ramStart: PhysAddr;
  ramEnd: PhysAddr;
  /** Next frame for a page table. They lie below `ramStart`, stand for no hardware and are never given back. */
  nextTable: number;
  /** The one page table of an ISA's CPU: all of RAM at its own addresses. */
  roots: Map<IsaName, PhysAddr>;
  /** nommu_region_tree, by address. */
  regions: Region[];
}
