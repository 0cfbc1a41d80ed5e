import { ET_DYN, PF_R, PF_W, PF_X, PT_LOAD } from '../abi/elf.ts';
import { EINVAL, ENOEXEC, ENOMEM } from '../abi/errno.ts';
import { MAP_FIXED, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import type { File } from '../fs/types.ts';
import { doMmap, MMAP_MIN_ADDR, pageAlign, vmFlagsOfProt } from '../mm/mmap.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { copyToUserPartial } from '../mm/uaccess.ts';
import { insertVma, vmasIn } from '../mm/vma.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { ElfHeaders, ProgramHeader } from './elf-headers.ts';

/** Where an image came to lie. */
export interface LoadedElf {
  bias: number;
  entry: VirtAddr;
  /** Address of the program headers in memory, 0 when no segment holds them. */
  phdr: VirtAddr;
  startCode: VirtAddr;
  endCode: VirtAddr;
  startData: VirtAddr;
  endData: VirtAddr;
  /** First byte behind everything: the heap starts there. */
  brk: VirtAddr;
}

function protOf(flags: number): number {
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/** The load segments, refused with ENOEXEC or EINVAL when they cannot be mapped. */
export function loadSegments(elf: ElfHeaders): ProgramHeader[] {
  const loads = elf.segments.filter((segment) => segment.type === PT_LOAD && segment.memSize > 0);
  if (loads.length === 0) throw new SyscallError(ENOEXEC);
  for (const { vaddr, memSize, fileSize, offset } of loads) {
    const { taskSize } = elf.arch;
    if (fileSize > memSize || memSize > taskSize || vaddr > taskSize - memSize) throw new SyscallError(EINVAL);
    if (!Number.isSafeInteger(offset) || offset % PAGE_SIZE !== vaddr % PAGE_SIZE) throw new SyscallError(EINVAL);
  }
  return loads;
}

/** Address space that all load segments span, page aligned. */
export function totalMapping(loads: ProgramHeader[]): { start: VirtAddr; lenBytes: number } {
  const start = Math.min(...loads.map((load) => load.vaddr - (load.vaddr % PAGE_SIZE)));
  const end = Math.max(...loads.map((load) => pageAlign(load.vaddr + load.memSize)));
  return { start, lenBytes: end - start };
}

/**
 * Map an image at `bias` from its linked addresses. Throws SyscallError(ENOMEM, EINVAL).
 * Linux: fs/binfmt_elf.c elf_map(), set_brk(), padzero().
 */
export function mapImage(k: Kernel, task: Task, file: File, elf: ElfHeaders, bias: number): LoadedElf {
  const loads = loadSegments(elf);
  const image: LoadedElf = {
    bias,
    entry: elf.entry + bias,
    phdr: 0,
    startCode: Infinity,
    endCode: 0,
    startData: 0,
    endData: 0,
    brk: 0,
  };
  for (const load of loads) {
    mapSegment(k, task, file, load, bias);
    const start = load.vaddr + bias;
    const fileEnd = start + load.fileSize;
    if (load.offset <= elf.phoff && elf.phoff < load.offset + load.fileSize)
      image.phdr = start + elf.phoff - load.offset;
    if (load.flags & PF_X) image.endCode = Math.max(image.endCode, fileEnd);
    image.startCode = Math.min(image.startCode, start);
    image.startData = Math.max(image.startData, start);
    image.endData = Math.max(image.endData, fileEnd);
    image.brk = Math.max(image.brk, start + load.memSize);
  }
  return image;
}

function mapSegment(k: Kernel, task: Task, file: File, load: ProgramHeader, bias: number): void {
  const mm = task.mm;
  if (!mm) throw new SyscallError(ENOMEM);
  const start = load.vaddr + bias;
  const prot = protOf(load.flags);
  const page = start - (start % PAGE_SIZE);
  if (page < MMAP_MIN_ADDR) throw new SyscallError(EINVAL);
  const fileEnd = load.fileSize > 0 ? pageAlign(start + load.fileSize) : page;
  if (load.fileSize > 0) {
    const mapped = doMmap(k, task, {
      addr: page,
      lenBytes: fileEnd - page,
      prot,
      flags: MAP_PRIVATE | MAP_FIXED,
      file,
      offset: load.offset - (start - page),
    });
    if (mapped < 0) throw new SyscallError(-mapped);
    if (load.flags & PF_W && load.memSize > load.fileSize) padZero(k, task, start + load.fileSize, fileEnd);
  }
  const end = pageAlign(start + load.memSize);
  if (end <= fileEnd) return;
  if (vmasIn(mm, fileEnd, end).length > 0) throw new SyscallError(EINVAL);
  insertVma(mm, { start: fileEnd, end, flags: vmFlagsOfProt(prot), file: null, offset: 0, name: '' });
}

/** Clear the rest of the page behind a segment's file bytes; a failure shows when the program touches the page. */
function padZero(k: Kernel, task: Task, from: VirtAddr, to: VirtAddr): void {
  if (task.mm && to > from) copyToUserPartial(k, task.mm, from, new Uint8Array(to - from));
}

/** Distance from linked to real addresses for the program itself. */
export function programBias(elf: ElfHeaders): number {
  if (elf.type !== ET_DYN) return 0;
  const { start } = totalMapping(loadSegments(elf));
  return elf.arch.elfEtDynBase - start;
}
