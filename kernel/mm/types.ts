import type { File } from '../fs/types.ts';
import type { IsaName, PhysAddr, VirtAddr } from '../ports.ts';
import type { Region } from './nommu/types.ts';

export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;

/** Linux: include/linux/mm.h. */
export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_EXEC = 4;
export const VM_SHARED = 8;
/** Could be shared, whether or not it is. */
export const VM_MAYSHARE = 0x80;
export const VM_GROWSDOWN = 0x100;
/** mlock(2); with VM_LOCKONFAULT pages are not made present ahead. */
export const VM_LOCKED = 0x2000;
export const VM_LOCKONFAULT = 0x80000;
/** madvise(MADV_DONTFORK). */
export const VM_DONTCOPY = 0x20000;
export const VM_WIPEONFORK = 0x0200_0000;
/** Without an MMU: a copy of a file's bytes, or anonymous memory. */
export const VM_MAPPED_COPY = 0x0100_0000;
/** MADV_DONTDUMP. */
export const VM_DONTDUMP = 0x0400_0000;

/** Free space kept below a growing stack, in bytes. Linux: stack_guard_gap, mm/mmap.c. */
export const STACK_GUARD_GAP = 256 * PAGE_SIZE;

/** struct vm_area_struct: [start, end), page aligned. */
export interface Vma {
  start: VirtAddr;
  end: VirtAddr;
  flags: number;
  /** Null for anonymous memory. */
  file: File | null;
  /** Offset in the file of `start`, in bytes, page aligned; 0 when anonymous. */
  offset: number;
  /** `[stack]`, `[heap]`, `[vdso]`, or '' . */
  name: string;
  /** vm_region: the memory that it lies in, on a machine without MMU. */
  region?: Region;
}

/** struct mm_struct. */
export interface Mm {
  /** Never reused: names the address space in traces. */
  id: number;
  /** Names the memory: the same number as `id`, or 0 on a machine without MMU, where all processes have one and the same. */
  space: number;
  isa: IsaName;
  /** mm_users: tasks that use the mm. */
  users: number;
  /** mm_count: 1 for all users together, plus lazy references. */
  count: number;
  /** Frame of the top page table. */
  pgd: PhysAddr;
  /** Frames of all page tables, the top one first. */
  tables: number[];
  /** Sorted by start, never overlapping. */
  vmas: Vma[];
  startCode: VirtAddr;
  endCode: VirtAddr;
  startData: VirtAddr;
  endData: VirtAddr;
  startBrk: VirtAddr;
  brk: VirtAddr;
  /** context.end_brk: where brk(2) ends on a machine without MMU. */
  endBrk: VirtAddr;
  /** Of a program loaded without an MMU and of its interpreter. Linux: context.exec_fdpic_loadmap, interp_fdpic_loadmap. */
  loadmaps: VirtAddr[];
  startStack: VirtAddr;
  argStart: VirtAddr;
  argEnd: VirtAddr;
  envStart: VirtAddr;
  envEnd: VirtAddr;
  /** Top-down mmap starts below this. */
  mmapBase: VirtAddr;
  /** VM_LOCKED and VM_LOCKONFAULT for what will be mapped: mlockall(MCL_FUTURE). */
  defFlags: number;
  /** PR_SET_DUMPABLE. */
  dumpable: boolean;
  /** What membarrier(2) has registered: its MEMBARRIER_CMD_REGISTER_* bits. */
  membarrier: number;
  /** Resident pages, for RSS. */
  rss: number;
  /** The most there were, as of the last unmapping. */
  hiwaterRss: number;
  /** Path of the program, for /proc/PID/exe. */
  exePath: string;
  auxv: Uint8Array;
}
