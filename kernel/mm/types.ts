import type { File } from '../fs/types.ts';
import type { IsaName, PhysAddr, VirtAddr } from '../ports.ts';

export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;

/** Linux: include/linux/mm.h. */
export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_EXEC = 4;
export const VM_SHARED = 8;
export const VM_GROWSDOWN = 0x100;
/** madvise(MADV_DONTFORK). */
export const VM_DONTCOPY = 0x20000;
export const VM_WIPEONFORK = 0x0200_0000;

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
}

/** struct mm_struct. */
export interface Mm {
  /** Never reused: names the address space in traces. */
  id: number;
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
  startStack: VirtAddr;
  argStart: VirtAddr;
  argEnd: VirtAddr;
  envStart: VirtAddr;
  envEnd: VirtAddr;
  /** Top-down mmap starts below this. */
  mmapBase: VirtAddr;
  /** Resident pages, for RSS. */
  rss: number;
  /** Path of the program, for /proc/PID/exe. */
  exePath: string;
  auxv: Uint8Array;
}
