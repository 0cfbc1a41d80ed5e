import { CAP_SYS_RAWIO } from '../abi/capability.ts';
import { EACCES, EAGAIN, EEXIST, EINVAL, ENOMEM, EOPNOTSUPP, EOVERFLOW, EPERM } from '../abi/errno.ts';
import { F_SEAL_FUTURE_WRITE, F_SEAL_WRITE, O_ACCMODE, O_RDONLY } from '../abi/fcntl.ts';
import {
  MAP_32BIT,
  MAP_ANONYMOUS,
  MAP_DENYWRITE,
  MAP_EXECUTABLE,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_HUGETLB,
  MAP_LOCKED,
  MAP_NONBLOCK,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_STACK,
  MAP_TYPE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from '../abi/mman.ts';
import { RLIMIT_DATA } from '../abi/resource.ts';
import { archOf } from '../arch/index.ts';
import { capable } from '../commoncap.ts';
import { fget } from '../fs/file.ts';
import { mayMmap } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { canDoMlock, dataFits, enoughMemory, isDataMapping, mayExpandVm, mayLock, overlapBytes } from './accounting.ts';
import { putVmaFile, shareVmaFile, zapPageRange } from './mm.ts';
import { nommuMmap } from './nommu/mmap.ts';
import { nommuBrk, nommuMunmap } from './nommu/munmap.ts';
import { shmemFile } from './pagecache.ts';
import { flushTlbMm, forEachPte, PTE_HIGH_NX, PTE_PRESENT, PTE_PROTNONE, PTE_RW, PTE_USER } from './pagetable.ts';
import { storePair } from './phys.ts';
import { mmPopulate } from './populate.ts';
import {
  type Mm,
  PAGE_SIZE,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_LOCKONFAULT,
  VM_READ,
  VM_SHARED,
  VM_WRITE,
  type Vma,
} from './types.ts';
import { getUnmappedArea, isFree, isFreeWithGap, MMAP_MIN_ADDR, vmStartGap } from './unmapped-area.ts';
import { findVmaIndex, insertVma, splitAt, vmasIn } from './vma.ts';

/** personality(2). */
const READ_IMPLIES_EXEC = 0x40_0000;
/** MAP_32BIT: below this. */
const LOW_2_GIB = 0x8000_0000;

export function pageAlign(lenBytes: number): number {
  return Math.ceil(lenBytes / PAGE_SIZE) * PAGE_SIZE;
}

export function vmFlagsOfProt(prot: number): number {
  return (prot & PROT_READ ? VM_READ : 0) | (prot & PROT_WRITE ? VM_WRITE : 0) | (prot & PROT_EXEC ? VM_EXEC : 0);
}

export interface MmapArgs {
  addr: VirtAddr;
  lenBytes: number;
  prot: number;
  flags: number;
  file: File | null;
  offset: number;
}

/** Flags that have always been ignored where they mean nothing. Linux: LEGACY_MAP_MASK. */
const LEGACY_MAP_MASK =
  MAP_TYPE |
  MAP_FIXED |
  MAP_ANONYMOUS |
  MAP_DENYWRITE |
  MAP_EXECUTABLE |
  MAP_GROWSDOWN |
  MAP_LOCKED |
  MAP_NORESERVE |
  MAP_POPULATE |
  MAP_NONBLOCK |
  MAP_STACK |
  MAP_HUGETLB |
  MAP_32BIT;

/** mmap(2). Returns the address or a negative errno. There are no huge pages. Linux: mm/mmap.c do_mmap(). */
export function doMmap(k: Kernel, task: Task, args: MmapArgs): number {
  const mm = task.mm;
  if (!mm) return -ENOMEM;
  if (k.state.noMmu) return nommuMmap(k, k.state.noMmu, task, mm, args);
  if (args.flags & MAP_HUGETLB) return args.flags & MAP_ANONYMOUS ? -ENOMEM : -EINVAL;
  if (args.lenBytes === 0) return -EINVAL;
  const lenBytes = pageAlign(args.lenBytes);
  if (lenBytes > archOf(mm.isa).taskSize) return -ENOMEM;
  if (args.offset + lenBytes > 2 ** 63) return -EOVERFLOW;
  const wanted = { ...args, lenBytes };
  const addr = placeMapping(task, mm, wanted);
  if (addr < 0) return addr;
  const vmFlags = mappingFlags(task, mm, wanted);
  if (vmFlags & VM_LOCKED) {
    if (!canDoMlock(task)) return -EPERM;
    if (!mayLock(task, mm, lenBytes)) return -EAGAIN;
  }
  const refused = checkType(wanted);
  if (refused !== 0) return refused;
  const replaced = vmasIn(mm, addr, addr + lenBytes).reduce(
    (sum, vma) => sum + overlapBytes(vma, addr, addr + lenBytes),
    0,
  );
  const anonymous = isAnonymous(args.file);
  if (!mayExpandVm(task, mm, lenBytes - replaced, vmFlags)) return -ENOMEM;
  if (!(args.flags & MAP_NORESERVE) && !enoughMemory(k, lenBytes, vmFlags, anonymous)) return -ENOMEM;
  munmapRange(k, mm, addr, addr + lenBytes);
  mapRegion(k, mm, { ...wanted, addr }, vmFlags);
  const locked = (vmFlags & (VM_LOCKED | VM_LOCKONFAULT)) === VM_LOCKED;
  if (locked || (args.flags & (MAP_POPULATE | MAP_NONBLOCK)) === MAP_POPULATE) mmPopulate(k, mm, addr, addr + lenBytes);
  return addr;
}

/** A mapping of /dev/zero is an anonymous one. */
function isAnonymous(file: File | null): boolean {
  return file === null || file.inode.kind === 'device';
}

/** 0, or -errno for a kind of mapping that there is not, or not of this file. */
function checkType({ flags, file, prot }: MmapArgs): number {
  const type = flags & MAP_TYPE;
  if (!file) {
    if (type !== MAP_SHARED && type !== MAP_PRIVATE) return -EINVAL;
    return type === MAP_SHARED && flags & MAP_GROWSDOWN ? -EINVAL : 0;
  }
  if (type !== MAP_SHARED && type !== MAP_PRIVATE && type !== MAP_SHARED_VALIDATE) return -EINVAL;
  if (type === MAP_SHARED_VALIDATE && flags & ~LEGACY_MAP_MASK) return -EOPNOTSUPP;
  const refused = mayMmap(file, prot, flags);
  if (refused !== 0) return refused;
  const sealed = file.inode.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
  if (type !== MAP_PRIVATE && prot & PROT_WRITE && sealed) return -EPERM;
  return flags & MAP_GROWSDOWN ? -EINVAL : 0;
}

function placeMapping(task: Task, mm: Mm, { addr: hint, lenBytes, flags }: MmapArgs): number {
  const { taskSize } = archOf(mm.isa);
  if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
    if (hint % PAGE_SIZE !== 0) return -EINVAL;
    if (hint > taskSize - lenBytes) return -ENOMEM;
    if (hint < MMAP_MIN_ADDR && !capable(task.cred, CAP_SYS_RAWIO)) return -EPERM;
    if (flags & MAP_FIXED_NOREPLACE && !isFree(mm, hint, lenBytes)) return -EEXIST;
    return hint;
  }
  const wanted = pageAlign(hint);
  if (wanted >= MMAP_MIN_ADDR && wanted <= taskSize - lenBytes && isFreeWithGap(mm, wanted, lenBytes)) return wanted;
  const below = flags & MAP_32BIT && mm.mmapBase > LOW_2_GIB ? LOW_2_GIB : mm.mmapBase;
  return getUnmappedArea(mm, lenBytes, below) || -ENOMEM;
}

function mappingFlags(task: Task, mm: Mm, { prot, flags }: MmapArgs): number {
  let vmFlags = vmFlagsOfProt(prot) | mm.defFlags;
  if ((flags & MAP_TYPE) !== MAP_PRIVATE) vmFlags |= VM_SHARED;
  if (vmFlags & VM_READ && task.personality & READ_IMPLIES_EXEC) vmFlags |= VM_EXEC;
  if (flags & MAP_GROWSDOWN) vmFlags |= VM_GROWSDOWN;
  return flags & MAP_LOCKED ? vmFlags | VM_LOCKED : vmFlags;
}

function mapRegion(k: Kernel, mm: Mm, { addr, lenBytes, file: named, offset }: MmapArgs, flags: number): void {
  const anonymous = isAnonymous(named);
  let file = anonymous ? null : named;
  if (file) fget(file);
  if (anonymous && flags & VM_SHARED) file = shmemFile(k, lenBytes);
  insertVma(mm, { start: addr, end: addr + lenBytes, flags, file, offset: anonymous ? 0 : offset, name: '' });
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
  if (k.state.noMmu) return nommuMunmap(k, k.state.noMmu, mm, addr, lenBytes);
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
  const sealed = (vma.file?.inode.seals ?? 0) & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
  if (sealed && vma.flags & VM_SHARED && access & VM_WRITE) return -EACCES;
  const becomesData = isDataMapping(access | (vma.flags & (VM_SHARED | VM_GROWSDOWN))) && !isDataMapping(vma.flags);
  const lenBytes = vma.end - vma.start;
  if (becomesData && !enoughMemory(k, lenBytes, VM_WRITE, !vma.file)) return -ENOMEM;
  if (becomesData && !dataFits(task, mm, lenBytes)) return -ENOMEM;
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
  if (k.state.noMmu) return nommuBrk(mm, wanted);
  if (wanted < mm.startBrk) return mm.brk;
  const dataBytes = wanted - mm.startBrk + (mm.endData - mm.startData);
  if (dataBytes > (task.signal.rlim[RLIMIT_DATA]?.[0] ?? Infinity)) return mm.brk;
  const oldEnd = pageAlign(mm.brk);
  const newEnd = pageAlign(wanted);
  if (newEnd < oldEnd) munmapRange(k, mm, newEnd, oldEnd);
  if (newEnd > oldEnd) {
    const above = mm.vmas[findVmaIndex(mm, oldEnd)];
    // Linux keeps a page (and a stack's guard gap) free behind the heap.
    if (above && newEnd + PAGE_SIZE > vmStartGap(above)) return mm.brk;
    const exec = task.personality & READ_IMPLIES_EXEC ? VM_EXEC : 0;
    const flags = VM_READ | VM_WRITE | exec | mm.defFlags;
    const lenBytes = newEnd - oldEnd;
    if (newEnd > archOf(mm.isa).taskSize || !mayExpandVm(task, mm, lenBytes, flags)) return mm.brk;
    if (!enoughMemory(k, lenBytes, flags, true) || (mm.defFlags & VM_LOCKED && !mayLock(task, mm, lenBytes)))
      return mm.brk;
    insertVma(mm, {
      start: oldEnd,
      end: newEnd,
      flags,
      file: null,
      offset: 0,
      name: '[heap]',
    });
    if ((flags & (VM_LOCKED | VM_LOCKONFAULT)) === VM_LOCKED) mmPopulate(k, mm, oldEnd, newEnd);
  }
  mm.brk = wanted;
  return wanted;
}
