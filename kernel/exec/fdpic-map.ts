import { PF_X, PT_DYNAMIC } from '../abi/elf.ts';
import { EINVAL, ELIBBAD, ENOMEM } from '../abi/errno.ts';
import { MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import { fget } from '../fs/file.ts';
import { fileSize, kernelRead } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import { doMmap } from '../mm/mmap.ts';
import { findVma } from '../mm/nommu/region.ts';
import { type Mm, PAGE_SIZE } from '../mm/types.ts';
import { clearUser, copyToUser, getUserU32 } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { type ElfHeaders, loadSegments, type ProgramHeader } from './elf-headers.ts';
import { protOf } from './elf-load.ts';

/** One segment's place: struct elf32_fdpic_loadseg. */
export interface LoadSegment {
  addr: VirtAddr;
  vaddr: number;
  memSize: number;
}

/** Where a program came to lie, 0 for what it has not. */
export interface FdpicImage {
  loads: LoadSegment[];
  entry: VirtAddr;
  phdr: VirtAddr;
  elfHeader: VirtAddr;
  dynamic: VirtAddr;
}

interface VmMmap {
  lenBytes: number;
  prot: number;
  flags: number;
  file?: File;
  offset?: number;
}

/** Throws SyscallError. Linux: mm/util.c vm_mmap(). */
export function vmMmap(k: Kernel, task: Task, { lenBytes, prot, flags, file, offset = 0 }: VmMmap): VirtAddr {
  if (offset < 0 || offset % PAGE_SIZE !== 0) throw new SyscallError(EINVAL);
  const addr = doMmap(k, task, { addr: 0, lenBytes, prot, flags, file: file ?? null, offset });
  if (addr < 0) throw new SyscallError(-addr);
  return addr;
}

/**
 * Load a program or an interpreter: as a whole when the distances between its segments have to stay, else each segment by itself.
 * Throws SyscallError. Linux: elf_fdpic_map_file().
 */
export function mapFdpic(
  k: Kernel,
  task: Task,
  mm: Mm,
  file: File,
  elf: ElfHeaders,
  constantDisplacement: boolean,
): FdpicImage {
  const segments = loadSegments(elf);
  if (segments.length === 0) throw new SyscallError(ELIBBAD);
  const map = constantDisplacement ? mapWhole : mapEach;
  const image: FdpicImage = { loads: map(k, task, mm, file, segments), entry: 0, phdr: 0, elfHeader: 0, dynamic: 0 };
  const addressOf = (vaddr: number, lenBytes: number): VirtAddr => {
    const load = image.loads.find((one) => vaddr >= one.vaddr && vaddr + lenBytes <= one.vaddr + one.memSize);
    return load ? load.addr + vaddr - load.vaddr : 0;
  };
  if (elf.entry !== 0) image.entry = addressOf(elf.entry, 1);
  image.elfHeader = image.loads[segments.findIndex(({ offset }) => offset === 0)]?.addr ?? 0;
  const end = elf.phoff + elf.segments.length * elf.phentsize;
  const holder = segments.find(({ offset, fileSize }) => offset <= elf.phoff && offset + fileSize >= end);
  const held = holder ? addressOf(holder.vaddr, holder.fileSize) : 0;
  if (holder && held !== 0) image.phdr = held + elf.phoff - holder.offset;
  const dynamic = elf.segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic) image.dynamic = addressOf(dynamic.vaddr, dynamic.memSize);
  if (dynamic && image.dynamic !== 0) checkDynamic(k, mm, image.dynamic, dynamic.memSize, 2 * elf.arch.wordBytes);
  return image;
}

/** It has an entry, and its last is the one that ends it. */
function checkDynamic(k: Kernel, mm: Mm, at: VirtAddr, lenBytes: number, entryBytes: number): void {
  if (lenBytes === 0 || lenBytes % entryBytes !== 0) throw new SyscallError(ELIBBAD);
  if (getUserU32(k, mm, at + lenBytes - entryBytes) !== 0) throw new SyscallError(ELIBBAD);
}

/** One block for all. Linux: elf_fdpic_map_file_constdisp_on_uclinux(). */
function mapWhole(k: Kernel, task: Task, mm: Mm, file: File, segments: readonly ProgramHeader[]): LoadSegment[] {
  const base = Math.min(...segments.map(({ vaddr }) => vaddr));
  const top = Math.max(...segments.map(({ vaddr, memSize }) => vaddr + memSize));
  if (!Number.isSafeInteger(top)) throw new SyscallError(ENOMEM);
  const start = vmMmap(k, task, {
    ...{ lenBytes: top - base, prot: PROT_READ | PROT_WRITE | PROT_EXEC, flags: MAP_PRIVATE },
  });
  const region = findVma(mm, start)?.region;
  if (region) region.image = { file: fget(file), bias: start - base };
  return segments.map((segment) => {
    const { vaddr, memSize, offset, fileSize } = segment;
    const addr = start + vaddr - base;
    readCode(k, mm, file, addr, offset, fileSize);
    if (fileSize < memSize) clearUser(k, mm, addr + fileSize, memSize - fileSize);
    noteBounds(mm, segment, addr);
    return { addr, vaddr, memSize };
  });
}

/** Segments that are only read are shared by all who run the program. Linux: elf_fdpic_map_file_by_direct_mmap(). */
function mapEach(k: Kernel, task: Task, mm: Mm, file: File, segments: readonly ProgramHeader[]): LoadSegment[] {
  return segments.map((segment) => {
    const { vaddr, memSize, offset, fileSize, flags } = segment;
    const disp = vaddr % PAGE_SIZE;
    const prot = protOf(flags);
    const start = vmMmap(k, task, { lenBytes: memSize + disp, prot, flags: MAP_PRIVATE, file, offset: offset - disp });
    const clears = (prot & PROT_WRITE) !== 0 && disp > 0;
    if (clears) clearUser(k, mm, start, disp);
    // As there: what is not writable is looked at from the start of its page on.
    const from = clears ? start + disp : start;
    if (memSize > fileSize) clearUser(k, mm, from + fileSize, memSize - fileSize);
    noteBounds(mm, segment, from);
    return { addr: start + disp, vaddr, memSize };
  });
}

/** The first segment of code and the first of data, of the program or of its interpreter. */
function noteBounds(mm: Mm, { flags, memSize }: ProgramHeader, addr: VirtAddr): void {
  if (flags & PF_X) {
    if (mm.startCode === 0) Object.assign(mm, { startCode: addr, endCode: addr + memSize });
  } else if (mm.startData === 0) {
    Object.assign(mm, { startData: addr, endData: addr + memSize });
  }
}

/** As much of the file as there is. Throws SyscallError. Linux: fs/exec.c read_code(). */
export function readCode(k: Kernel, mm: Mm, file: File, addr: VirtAddr, offset: number, lenBytes: number): void {
  const available = Math.max(0, fileSize(k, file) - offset);
  copyToUser(k, mm, addr, kernelRead(k, file, offset, Math.min(lenBytes, available)));
}
