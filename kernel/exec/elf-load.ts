import { PF_R, PF_W, PF_X } from '../abi/elf.ts';
import { EFAULT, EINVAL, ENOMEM, EOVERFLOW } from '../abi/errno.ts';
import { MAP_FIXED, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import type { Arch } from '../arch/index.ts';
import type { File } from '../fs/types.ts';
import { doMmap, munmapRange, pageAlign } from '../mm/mmap.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { copyToUserPartial } from '../mm/uaccess.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { ProgramHeader } from './elf-headers.ts';

/** One segment's way into memory. All of it happens behind the point of no return: an error kills the task. */

/** s_maxbytes: how far a file may reach is its file system's; here, what a number holds exactly. */
const MAX_FILE_BYTES = Number.MAX_SAFE_INTEGER;

/** Start of the page of `addr`. */
export function pageStart(addr: number): number {
  return addr - (addr % PAGE_SIZE);
}

export function protOf(flags: number): number {
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/** Address space that all load segments span, in bytes; 0 without any. Linux: total_mapping_size(). */
export function totalMappingBytes(loads: readonly ProgramHeader[]): number {
  if (loads.length === 0) return 0;
  const start = Math.min(...loads.map((load) => pageStart(load.vaddr)));
  return Math.max(...loads.map((load) => load.vaddr + load.memSize)) - start;
}

/** A segment that reaches out of user space can never be used. Linux: the check behind elf_load() in load_elf_binary(). */
export function fitsUserSpace({ vaddr, memSize, fileSize }: ProgramHeader, { taskSize }: Arch): boolean {
  return vaddr < taskSize && fileSize <= memSize && memSize <= taskSize && vaddr <= taskSize - memSize;
}

export interface ElfMapping {
  file: File;
  load: ProgramHeader;
  /** Where `load.vaddr` is to lie; a hint, unless MAP_FIXED or MAP_FIXED_NOREPLACE is among `flags`. */
  addr: VirtAddr;
  flags: number;
  /** An image's first segment with file bytes is mapped over all of it and cut: so there has to be room and memory for all. */
  imageBytes?: number;
}

/**
 * Map a segment: its file bytes, then zeros. Returns where its first page lies; throws SyscallError.
 * Linux: fs/binfmt_elf.c elf_load(); the pages of zeros are always readable and writable, as vm_brk_flags() makes them.
 */
export function elfLoad(k: Kernel, task: Task, mapping: ElfMapping): VirtAddr {
  const { load, addr } = mapping;
  const inPage = load.vaddr % PAGE_SIZE;
  if (load.fileSize === 0) {
    const start = pageStart(addr);
    if (load.memSize > 0) mapZeros(k, task, start, start + inPage + load.memSize, load.flags);
    return start;
  }
  const start = elfMap(k, task, mapping);
  if (load.memSize <= load.fileSize) return start;
  const fileEnd = start + inPage + load.fileSize;
  const cleared = padZero(k, task, fileEnd);
  if (!cleared && load.flags & PF_W) throw new SyscallError(EFAULT);
  mapZeros(k, task, pageAlign(fileEnd), start + inPage + load.memSize, load.flags);
  return start;
}

/** Linux: elf_map(), and the checks of vm_mmap_pgoff() and file_mmap_ok(). */
function elfMap(k: Kernel, task: Task, { file, load, addr, flags, imageBytes = 0 }: ElfMapping): VirtAddr {
  const inPage = load.vaddr % PAGE_SIZE;
  const lenBytes = pageAlign(load.fileSize + inPage);
  const offset = load.offset - inPage;
  if (offset < 0 || offset % PAGE_SIZE !== 0) throw new SyscallError(EINVAL);
  if (offset + lenBytes > MAX_FILE_BYTES) throw new SyscallError(EOVERFLOW);
  const mapped = doMmap(k, task, {
    addr: pageStart(addr),
    lenBytes: Math.max(lenBytes, imageBytes),
    prot: protOf(load.flags),
    flags: MAP_PRIVATE | flags,
    file,
    offset,
  });
  if (mapped < 0) throw new SyscallError(-mapped);
  if (task.mm && imageBytes > lenBytes) munmapRange(k, task.mm, mapped + lenBytes, mapped + imageBytes);
  return mapped;
}

/** Clear the rest of the page behind a segment's file bytes; false when it cannot be written. Linux: padzero(). */
function padZero(k: Kernel, task: Task, from: VirtAddr): boolean {
  const lenBytes = pageAlign(from) - from;
  if (!task.mm) return false;
  return copyToUserPartial(k, task.mm, from, new Uint8Array(lenBytes)) === lenBytes;
}

/** Anonymous pages [start, end), in place of whatever is there. Linux: mm/mmap.c vm_brk_flags(). */
function mapZeros(k: Kernel, task: Task, start: VirtAddr, end: VirtAddr, flags: number): void {
  const lenBytes = pageAlign(end) - start;
  if (lenBytes <= 0) return;
  if (!Number.isSafeInteger(start + lenBytes)) throw new SyscallError(ENOMEM);
  const prot = PROT_READ | PROT_WRITE | (flags & PF_X ? PROT_EXEC : 0);
  const mapped = doMmap(k, task, {
    addr: start,
    lenBytes,
    prot,
    flags: MAP_PRIVATE | MAP_FIXED,
    file: null,
    offset: 0,
  });
  if (mapped < 0) throw new SyscallError(-mapped);
}
