import { ET_DYN, PF_X, PT_GNU_STACK, PT_INTERP } from '../abi/elf.ts';
import { ELIBBAD, ENOENT, ENOEXEC, ENOMEM } from '../abi/errno.ts';
import { PATH_MAX } from '../abi/limits.ts';
import { MAP_GROWSDOWN, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import { FDPIC_FUNCPTRS, PER_LINUX, READ_IMPLIES_EXEC } from '../abi/personality.ts';
import { bytesToString } from '../bytes.ts';
import { fput } from '../fs/file.ts';
import { kernelRead } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import { pageAlign } from '../mm/mmap.ts';
import { type Mm, PAGE_SIZE } from '../mm/types.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { tellCall } from '../trace.ts';
import type { Binary, Program } from './binary.ts';
import { type ElfHeaders, elfRead, isLoadable, parseElfHeader, parsePhdr } from './elf-headers.ts';
import { type FdpicImage, mapFdpic, vmMmap } from './fdpic-map.ts';
import { createFdpicTables } from './fdpic-tables.ts';
import { mapFixedPages } from './fixed-pages.ts';
import { openByKernel } from './interpreter.ts';
import { BINPRM_BUF_SIZE } from './script.ts';

/**
 * ELF on a machine without MMU: FDPIC, whose segments lie anywhere, each by itself; and programs of type ET_DYN, which lie
 * anywhere as a whole. Linux: fs/binfmt_elf_fdpic.c.
 */

const DEFAULT_STACK_BYTES = 131072;

/** The whole of a program or an interpreter: struct elf_fdpic_params. */
interface FdpicElf extends ElfHeaders {
  file: File;
  /** e_flags. */
  flags: number;
  /** elf_check_fdpic() */
  isFdpic: boolean;
  /** PT_GNU_STACK: its size in bytes, and whether it is executable; null when it does not say. */
  stackBytes: number;
  executableStack: boolean | null;
}

/** Throws ENOEXEC for what cannot be loaded here, a program with a fixed address above all. */
export function openFdpic(k: Kernel, task: Task, file: File, head: Uint8Array): Binary {
  const elf = readFdpic(k, file, head);
  if (!elf || (!elf.isFdpic && elf.type !== ET_DYN)) throw new SyscallError(ENOEXEC);
  const interpreter = openFdpicInterpreter(k, task, elf);
  return {
    arch: elf.arch,
    interpreter: interpreter?.file ?? null,
    load: (...into) => loadFdpic(...into, elf, interpreter),
  };
}

/** Null for no ELF file of this machine. Linux: is_elf(), elf_fdpic_fetch_phdrs(). */
function readFdpic(k: Kernel, file: File, head: Uint8Array): FdpicElf | null {
  const header = parseElfHeader(head);
  if (!header || !isLoadable(header)) return null;
  const { arch, phentsize, phnum, phoff } = header;
  const is32 = arch.wordBytes === 4;
  if (phentsize !== (is32 ? 32 : 56) || phnum * phentsize > 65536) throw new SyscallError(ENOMEM);
  const table =
    phnum === 0 ? new Uint8Array(0) : kernelRead(k, file, Math.min(phoff, Number.MAX_SAFE_INTEGER), phnum * phentsize);
  if (table.length < phnum * phentsize) throw new SyscallError(ENOEXEC);
  const segments = Array.from({ length: phnum }, (_, i) => parsePhdr(table, i * phentsize, is32));
  const stack = segments.find(({ type }) => type === PT_GNU_STACK);
  return {
    ...header,
    segments,
    file,
    isFdpic: header.osabi === arch.elfOsabiFdpic,
    stackBytes: stack?.memSize ?? 0,
    executableStack: stack ? (stack.flags & PF_X) !== 0 : null,
  };
}

/** Linux: load_elf_fdpic_binary(), its loop over the program headers. */
function openFdpicInterpreter(k: Kernel, task: Task, program: FdpicElf): FdpicElf | null {
  const segment = program.segments.find(({ type }) => type === PT_INTERP);
  if (!segment) return null;
  if (segment.fileSize > PATH_MAX) throw new SyscallError(ENOMEM);
  if (segment.fileSize < 2) throw new SyscallError(ENOENT);
  const bytes = elfRead(k, program.file, segment.offset, segment.fileSize);
  if (bytes[segment.fileSize - 1] !== 0) throw new SyscallError(ENOENT);
  const file = openByKernel(k, task, bytesToString(bytes.subarray(0, bytes.indexOf(0))));
  try {
    const head = kernelRead(k, file, 0, BINPRM_BUF_SIZE);
    if (head.length < BINPRM_BUF_SIZE) throw new SyscallError(ENOEXEC);
    const elf = readFdpic(k, file, head);
    if (elf?.arch !== program.arch) throw new SyscallError(ELIBBAD);
    return elf;
  } catch (error) {
    fput(k, file);
    throw error;
  }
}

/** Linux: load_elf_fdpic_binary() behind begin_new_exec(). */
function loadFdpic(k: Kernel, task: Task, mm: Mm, program: Program, elf: FdpicElf, interpreter: FdpicElf | null): void {
  const { arch } = elf;
  const sized = elf.stackBytes > 0 || !interpreter ? elf : interpreter;
  task.personality = elf.isFdpic ? PER_LINUX | FDPIC_FUNCPTRS : PER_LINUX;
  if (arch.wordBytes === 4 && sized.executableStack === null) task.personality |= READ_IMPLIES_EXEC;
  mapFixedPages(k, task);
  const image = mapFdpic(k, task, mm, elf.file, elf, isConstantDisplacement(elf));
  const loader = interpreter
    ? mapFdpic(k, task, mm, interpreter.file, interpreter, isConstantDisplacement(interpreter))
    : null;

  const stackBytes = Math.max(pageAlign(sized.stackBytes || DEFAULT_STACK_BYTES), 2 * PAGE_SIZE);
  const stack = vmMmap(k, task, {
    lenBytes: stackBytes,
    prot: PROT_READ | PROT_WRITE | (sized.executableStack ? PROT_EXEC : 0),
    flags: MAP_PRIVATE | MAP_GROWSDOWN,
  });
  // The heap is empty: it has the stack's lowest address and cannot grow.
  Object.assign(mm, { startBrk: stack, brk: stack, endBrk: stack, startStack: stack + stackBytes });
  const { sp, loadmap, loaderMap } = createFdpicTables(k, task, mm, program, elf, image, loader);
  mm.loadmaps = [loadmap, loaderMap];
  const entry = loader?.entry || image.entry;
  arch.startThread(k, task, entry, sp);
  arch.startNoMmu?.(k, task, mm.startData, elf.isFdpic ? [loadmap, loaderMap, loader?.dynamic || image.dynamic] : null);
  if (k.calls) tellCall(k.calls, task, 'start_thread', { new_ip: entry, new_sp: sp });
}

/** Whether the segments keep their distances. Linux: is_constdisp(). */
function isConstantDisplacement({ arch, isFdpic, flags }: FdpicElf): boolean {
  return !isFdpic || (flags & (arch.elfPicFlag ?? 0)) !== 0;
}

export type { FdpicImage };
