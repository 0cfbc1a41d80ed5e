import { ET_EXEC, PF_X } from '../abi/elf.ts';
import { EEXIST, EINVAL, ENOMEM, EPERM } from '../abi/errno.ts';
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from '../abi/mman.ts';
import type { Arch } from '../arch/index.ts';
import type { File } from '../fs/types.ts';
import { pageAlign } from '../mm/mmap.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { getUnmappedArea, MMAP_MIN_ADDR } from '../mm/unmapped-area.ts';
import { vmasIn } from '../mm/vma.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { type ElfHeaders, isLoadable, loadSegments, movedEntry, type ProgramHeader } from './elf-headers.ts';
import { elfLoad, fitsUserSpace, pageStart, totalMappingBytes } from './elf-load.ts';

/** Where a program came to lie. */
export interface LoadedElf {
  /** Distance from linked to real addresses. */
  bias: number;
  entry: VirtAddr;
  /** Address of the program headers in memory: `bias` when no segment holds them. */
  phdr: VirtAddr;
  startCode: VirtAddr;
  endCode: VirtAddr;
  startData: VirtAddr;
  endData: VirtAddr;
  /** First byte behind everything. */
  end: VirtAddr;
}

/** ELF_ET_DYN_BASE. Linux: arch/x86/include/asm/elf.h; two thirds of user space in 64 bits, and not page aligned there. */
export function elfEtDynBase(arch: Arch): VirtAddr {
  return arch.wordBytes === 8 ? Math.floor(arch.taskSize / 3) * 2 : arch.elfEtDynBase;
}

/** Map a program. Throws SyscallError, which kills the task. Linux: fs/binfmt_elf.c load_elf_binary(), its loop. */
export function mapProgram(k: Kernel, task: Task, file: File, elf: ElfHeaders, interpreted: boolean): LoadedElf {
  const loads = loadSegments(elf);
  let bias = 0;
  for (const [i, load] of loads.entries()) {
    if (!fitsUserSpace(load, elf.arch)) throw new SyscallError(EINVAL);
    if (i > 0) {
      elfLoad(k, task, { file, load, addr: load.vaddr + bias, flags: MAP_FIXED });
    } else if (elf.type === ET_EXEC) {
      elfLoad(k, task, { file, load, addr: load.vaddr, flags: MAP_FIXED_NOREPLACE });
    } else {
      const imageBytes = pageAlign(totalMappingBytes(loads));
      const addr = programPlace(task, elf, loads, interpreted) + (load.vaddr % PAGE_SIZE);
      const at = elfLoad(k, task, { file, load, addr, flags: MAP_FIXED_NOREPLACE, imageBytes });
      bias = at - pageStart(load.vaddr);
    }
  }
  return describe(elf, loads, bias);
}

/**
 * Where a program of type ET_DYN is to lie: one with an interpreter at ELF_ET_DYN_BASE, one without, which may be an
 * interpreter itself, among the mappings. Throws ENOMEM, EEXIST. Linux: "PIE handling" in load_elf_binary().
 */
function programPlace(task: Task, elf: ElfHeaders, loads: readonly ProgramHeader[], interpreted: boolean): VirtAddr {
  const { mm } = task;
  const lenBytes = pageAlign(totalMappingBytes(loads));
  // Such an image begins at page 0 on Linux, where nothing may lie.
  if (!interpreted && loads[0]?.fileSize === 0) throw new SyscallError(EPERM);
  const found = interpreted ? elfEtDynBase(elf.arch) : mm ? getUnmappedArea(mm, lenBytes) : 0;
  if (!mm || found === 0) throw new SyscallError(ENOMEM);
  const place = pageStart(found - (found % maximumAlignment(loads)));
  if (vmasIn(mm, place, place + lenBytes).length > 0) throw new SyscallError(EEXIST);
  return place;
}

/** Of all that are powers of two, at least a page. Linux: maximum_alignment(). */
function maximumAlignment(loads: readonly ProgramHeader[]): number {
  const powers = loads
    .map((load) => load.align)
    .filter((align) => align < 2 ** 64 && 2 ** Math.round(Math.log2(align)) === align);
  return Math.max(PAGE_SIZE, ...powers);
}

function describe(elf: ElfHeaders, loads: readonly ProgramHeader[], bias: number): LoadedElf {
  const image: LoadedElf = {
    bias,
    entry: movedEntry(elf, bias),
    phdr: bias,
    startCode: 0,
    endCode: 0,
    startData: 0,
    endData: 0,
    end: 0,
  };
  const code = loads.filter((load) => load.flags & PF_X);
  const fileEnd = (load: ProgramHeader): number => load.vaddr + load.fileSize + bias;
  for (const load of loads) {
    const inFile = elf.phoff - load.offset;
    if (inFile >= 0 && inFile < load.fileSize) image.phdr = load.vaddr + inFile + bias;
    image.startData = Math.max(image.startData, load.vaddr + bias);
    image.endData = Math.max(image.endData, fileEnd(load));
    image.end = Math.max(image.end, load.vaddr + load.memSize + bias);
  }
  if (code.length > 0) {
    image.startCode = Math.min(...code.map((load) => load.vaddr)) + bias;
    image.endCode = Math.max(...code.map(fileEnd));
  }
  return image;
}

/**
 * Map a program's interpreter: where it came to lie, added to its entry. Throws SyscallError, which kills the task.
 * Linux: load_elf_interp(). `noBase`: the program itself was moved, so the interpreter's linked address means nothing.
 */
export function mapInterpreter(k: Kernel, task: Task, file: File, elf: ElfHeaders, noBase: boolean): number {
  const loads = loadSegments(elf);
  if (!isLoadable(elf) || loads.length === 0) throw new SyscallError(EINVAL);
  const bias = interpreterBias(task, elf, loads, noBase);
  for (const [i, load] of loads.entries()) {
    if (!fitsUserSpace({ ...load, vaddr: load.vaddr + bias }, elf.arch)) throw new SyscallError(ENOMEM);
    const imageBytes = i === 0 ? pageAlign(totalMappingBytes(loads)) : 0;
    elfLoad(k, task, { file, load, addr: load.vaddr + bias, flags: MAP_FIXED, imageBytes });
  }
  return bias;
}

/** Room for the whole interpreter; one of type ET_EXEC takes it where it was linked. */
function interpreterBias(task: Task, elf: ElfHeaders, loads: readonly ProgramHeader[], noBase: boolean) {
  const { mm } = task;
  const first = loads[0];
  if (!mm || !first) throw new SyscallError(EINVAL);
  const linked = pageStart(first.vaddr);
  const lenBytes = pageAlign(totalMappingBytes(loads));
  const fits = linked >= MMAP_MIN_ADDR && linked <= elf.arch.taskSize - lenBytes;
  if (elf.type === ET_EXEC) {
    if (!fits) throw new SyscallError(ENOMEM);
    return 0;
  }
  if (noBase && first.fileSize === 0) throw new SyscallError(EPERM);
  if (!noBase && (first.fileSize === 0 || (fits && vmasIn(mm, linked, linked + lenBytes).length === 0))) return 0;
  const found = getUnmappedArea(mm, lenBytes);
  if (found === 0) throw new SyscallError(ENOMEM);
  return found - linked;
}
