import { EACCES, EEXIST, EINVAL, ENOMEM, EPERM } from '../abi/errno.ts';
import { O_ACCMODE, O_RDONLY } from '../abi/fcntl.ts';
import {
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_TYPE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from '../abi/mman.ts';
import { RLIMIT_AS, RLIMIT_DATA } from '../abi/resource.ts';
import { archOf } from '../arch/index.ts';
import { fget } from '../fs/file.ts';
import { mayMmap } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { putVmaFile, shareVmaFile, zapPageRange } from './mm.ts';
import { shmemFile } from './pagecache.ts';
import { flushTlbMm, forEachPte, PTE_HIGH_NX, PTE_PRESENT, PTE_PROTNONE, PTE_RW, PTE_USER } from './pagetable.ts';
import { storePair } from './phys.ts';
import { type Mm, PAGE_SIZE, VM_EXEC, VM_GROWSDOWN, VM_READ, VM_SHARED, VM_WRITE, type Vma } from './types.ts';
import { findVmaIndex, insertVma, splitAt, vmasIn } from './vma.ts';

/** Lowest address a program may map: vm.mmap_min_addr. */
export const MMAP_MIN_ADDR = 0x1_0000;
/** personality(2). */
const READ_IMPLIES_EXEC = 0x40_0000;

export function pageAlign(lenBytes: number): number {
  return Math.ceil(lenBytes / PAGE_SIZE) * PAGE_SIZE;
}

export function vmFlagsOfProt(prot: number): number {
  return (prot & PROT_READ ? VM_READ : 0) | (prot & PROT_WRITE ? VM_WRITE : 0) | (prot & PROT_EXEC ? VM_EXEC : 0);
}

function mappedBytes(mm: Mm): number {
  let total = 0;
  for (const vma of mm.vmas) total += vma.end - vma.start;
  return total;
}

/** Whether `lenBytes` more fit RLIMIT_AS and the machine. Linux: may_expand_vm(), and overcommit by the machine's size. */
function mayExpandVm(k: Kernel, task: Task, mm: Mm, lenBytes: number): boolean {
  return (
    mappedBytes(mm) + lenBytes <= (task.signal.rlim[RLIMIT_AS]?.[0] ?? Infinity) && lenBytes <= 16 * k.ram.lenBytes
  );
}

/** Highest free range below mmap_base, then from the bottom. Linux: arch_get_unmapped_area_topdown(). 0 when there is none. */
export function getUnmappedArea(mm: Mm, lenBytes: number): VirtAddr {
  let top = mm.mmapBase;
  for (let i = findVmaIndex(mm, top - 1); i >= 0; i--) {
    const vma = mm.vmas[i];
    if (!vma) continue;
    if (vma.start >= top) continue;
    if (vma.end <= top && top - vma.end >= lenBytes) return top - lenBytes;
    top = Math.min(top, vma.start);
  }
  if (top - lenBytes >= MMAP_MIN_ADDR) return top - lenBytes;
  return unmappedAreaBottomUp(mm, lenBytes);
}

function unmappedAreaBottomUp(mm: Mm, lenBytes: number): VirtAddr {
  let addr = mm.mmapBase;
  const limit = archOf(mm.isa).taskSize;
  for (const vma of mm.vmas.slice(findVmaIndex(mm, addr))) {
    if (vma.start - addr >= lenBytes) return addr;
    addr = Math.max(addr, vma.end);
  }
  return limit - addr >= lenBytes ? addr : 0;
}

function isFree(mm: Mm, addr: VirtAddr, lenBytes: number): boolean {
  return vmasIn(mm, addr, addr + lenBytes).length === 0;
}

export interface MmapArgs {
  addr: VirtAddr;
  lenBytes: number;
  prot: number;
  flags: number;
  file: File | null;
  offset: number;
}

/** mmap(2). Returns the address or a negative errno. Linux: mm/mmap.c do_mmap(). */
export function doMmap(k: Kernel, task: Task, args: MmapArgs): number {
  const mm = task.mm;
  if (!mm) return -ENOMEM;
  if (args.lenBytes === 0) return -EINVAL;
  const lenBytes = pageAlign(args.lenBytes);
  const { taskSize } = archOf(mm.isa);
  if (lenBytes > taskSize) return -ENOMEM;
  const type = args.flags & MAP_TYPE;
  if (type !== MAP_SHARED && type !== MAP_PRIVATE && type !== MAP_SHARED_VALIDATE) return -EINVAL;
  const addr = placeMapping(mm, args.addr, lenBytes, args.flags);
  if (addr < 0) return addr;
  const shared = type !== MAP_PRIVATE;
  const refused = args.file ? mayMmap(args.file, args.prot, args.flags) : 0;
  if (refused !== 0) return refused;
  if (!mayExpandVm(k, task, mm, lenBytes)) return -ENOMEM;
  if (args.flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) munmapRange(k, mm, addr, addr + lenBytes);
  mapRegion(k, task, mm, { ...args, addr, lenBytes }, shared);
  return addr;
}

function placeMapping(mm: Mm, hint: VirtAddr, lenBytes: number, flags: number): number {
  const { taskSize } = archOf(mm.isa);
  if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
    if (hint % PAGE_SIZE !== 0) return -EINVAL;
    if (hint > taskSize - lenBytes) return -ENOMEM;
    if (hint < MMAP_MIN_ADDR) return -EPERM;
    if (flags & MAP_FIXED_NOREPLACE && !isFree(mm, hint, lenBytes)) return -EEXIST;
    return hint;
  }
  const wanted = pageAlign(hint);
  if (wanted >= MMAP_MIN_ADDR && wanted <= taskSize - lenBytes && isFree(mm, wanted, lenBytes)) return wanted;
  return getUnmappedArea(mm, lenBytes) || -ENOMEM;
}

function mapRegion(k: Kernel, task: Task, mm: Mm, args: MmapArgs, shared: boolean): void {
  let flags = vmFlagsOfProt(args.prot) | (shared ? VM_SHARED : 0);
  if (flags & VM_READ && task.personality & READ_IMPLIES_EXEC) flags |= VM_EXEC;
  if (args.flags & MAP_GROWSDOWN) flags |= VM_GROWSDOWN;
  // A mapping of /dev/zero is an anonymous one.
  const anonymous = args.file === null || args.file.inode.kind === 'device';
  let file = anonymous ? null : args.file;
  if (file) fget(file);
  if (anonymous && shared) file = shmemFile(k, args.lenBytes);
  const offset = anonymous ? 0 : args.offset;
  insertVma(mm, { start: args.addr, end: args.addr + args.lenBytes, flags, file, offset, name: '' });
}

/** Unmap [start, end), page aligned. */
export function munmapRange(k: Kernel, mm: Mm, start: VirtAddr, end: VirtAddr): void {
  splitAt(mm, start, shareVmaFile);
  splitAt(mm, end, shareVmaFile);
  const gone = vmasIn(mm, start, end);
  if (gone.length === 0) return;
  for (const vma of gone) {
    zapPageRange(k, mm, vma.start, vma.end);
    putVmaFile(k, vma);
  }
  const first = mm.vmas.indexOf(gone[0] as Vma);
  mm.vmas.splice(first, gone.length);
  flushTlbMm(k, mm);
}

/** munmap(2). Linux: mm/mmap.c do_vmi_munmap(). */
export function doMunmap(k: Kernel, mm: Mm, addr: VirtAddr, lenBytes: number): number {
  const { taskSize } = archOf(mm.isa);
  if (addr % PAGE_SIZE !== 0 || lenBytes === 0 || addr > taskSize || lenBytes > taskSize - addr) return -EINVAL;
  munmapRange(k, mm, addr, addr + pageAlign(lenBytes));
  return 0;
}

/** mprotect(2). Linux: mm/mprotect.c do_mprotect_pkey(). */
export function doMprotect(k: Kernel, task: Task, mm: Mm, addr: VirtAddr, lenBytes: number, prot: number): number {
  if (addr % PAGE_SIZE !== 0) return -EINVAL;
  if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC)) return -EINVAL;
  if (lenBytes === 0) return 0;
  const end = addr + pageAlign(lenBytes);
  let next = addr;
  splitAt(mm, addr, shareVmaFile);
  splitAt(mm, end, shareVmaFile);
  for (const vma of vmasIn(mm, addr, end)) {
    if (vma.start > next) return -ENOMEM;
    const refused = protectVma(k, task, mm, vma, prot);
    if (refused !== 0) return refused;
    next = vma.end;
  }
  flushTlbMm(k, mm);
  return next < end ? -ENOMEM : 0;
}

function protectVma(k: Kernel, task: Task, mm: Mm, vma: Vma, prot: number): number {
  let access = vmFlagsOfProt(prot);
  if (access & VM_READ && task.personality & READ_IMPLIES_EXEC) access |= VM_EXEC;
  const readOnlyFile = vma.file && vma.flags & VM_SHARED && (vma.file.flags & O_ACCMODE) === O_RDONLY;
  if (readOnlyFile && access & VM_WRITE) return -EACCES;
  vma.flags = (vma.flags & ~(VM_READ | VM_WRITE | VM_EXEC)) | access;
  const u32 = k.ram.u32;
  // A page that becomes writable stays write-protected here: its first write decides about copying (doWpPage).
  const low = access === 0 ? PTE_PROTNONE : PTE_PRESENT | PTE_USER;
  const high = access & VM_EXEC ? 0 : PTE_HIGH_NX;
  forEachPte(k, mm, vma.start, vma.end, (at) => {
    const entry = u32[at] ?? 0;
    const keepWritable = access & VM_WRITE && entry & PTE_RW ? PTE_RW : 0;
    storePair(k, at, (entry & ~0xfff) | low | keepWritable, high);
  });
  return 0;
}

/** brk(2): the new break, or the old one when it cannot move. Linux: mm/mmap.c SYSCALL_DEFINE1(brk). */
export function doBrk(k: Kernel, task: Task, mm: Mm, wanted: VirtAddr): number {
  if (wanted < mm.startBrk) return mm.brk;
  if (wanted - mm.startBrk > (task.signal.rlim[RLIMIT_DATA]?.[0] ?? Infinity)) return mm.brk;
  const oldEnd = pageAlign(mm.brk);
  const newEnd = pageAlign(wanted);
  if (newEnd < oldEnd) munmapRange(k, mm, newEnd, oldEnd);
  if (newEnd > oldEnd) {
    const above = mm.vmas[findVmaIndex(mm, oldEnd)];
    // Linux keeps a page (and a stack's guard gap) free behind the heap.
    if (above && newEnd + PAGE_SIZE > above.start) return mm.brk;
    if (newEnd > archOf(mm.isa).taskSize || !mayExpandVm(k, task, mm, newEnd - oldEnd)) return mm.brk;
    const exec = task.personality & READ_IMPLIES_EXEC ? VM_EXEC : 0;
    insertVma(mm, {
      start: oldEnd,
      end: newEnd,
      flags: VM_READ | VM_WRITE | exec,
      file: null,
      offset: 0,
      name: '[heap]',
    });
  }
  mm.brk = wanted;
  return wanted;
}
