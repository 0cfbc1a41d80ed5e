import { ET_DYN, ET_EXEC, PF_X, PT_GNU_STACK } from '../abi/elf.ts';
import { EINVAL } from '../abi/errno.ts';
import { READ_IMPLIES_EXEC } from '../abi/personality.ts';
import { RLIMIT_STACK } from '../abi/resource.ts';
import type { File } from '../fs/types.ts';
import { pageAlign } from '../mm/mmap.ts';
import type { Mm } from '../mm/types.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { tellCall } from '../trace.ts';
import type { Binary, Program } from './binary.ts';
import { type ElfHeaders, movedEntry, readElfHeaders } from './elf-headers.ts';
import { elfEtDynBase, mapInterpreter, mapProgram } from './elf-image.ts';
import { createElfTables } from './elf-tables.ts';
import { mapFixedPages } from './fixed-pages.ts';
import { type Interpreter, openInterpreter } from './interpreter.ts';
import { setupArgPages } from './stack.ts';

/** The program in `file`, whose first bytes are `head`. Throws ENOEXEC and what opening the interpreter throws. */
export function openElf(k: Kernel, task: Task, file: File, head: Uint8Array): Binary {
  const elf = readElfHeaders(k, file, head);
  const interpreter = openInterpreter(k, task, file, elf);
  return {
    arch: elf.arch,
    interpreter: interpreter?.file ?? null,
    load: (...into) => loadElf(...into, elf, interpreter),
  };
}

/** Linux: load_elf_binary() behind begin_new_exec(). */
function loadElf(
  k: Kernel,
  task: Task,
  mm: Mm,
  { file, strings, execfn, secure }: Program,
  elf: ElfHeaders,
  interpreter: Interpreter | null,
): void {
  const { arch } = elf;
  mm.mmapBase = mmapBase(task, elf);
  const stack = setupArgPages(k, task, arch, strings, execfn, executableStack(task, elf));
  // They have addresses of their own: before what is placed by itself, behind what has its place.
  if (elf.type === ET_DYN) mapFixedPages(k, task);
  const image = mapProgram(k, task, file, elf, interpreter !== null);
  if (elf.type === ET_EXEC) mapFixedPages(k, task);

  const base = interpreter ? mapInterpreter(k, task, interpreter.file, interpreter.elf, image.bias !== 0) : 0;
  const entry = interpreter ? movedEntry(interpreter.elf, base) : image.entry;
  if (entry < 0 || entry >= arch.taskSize) throw new SyscallError(EINVAL);

  const sp = createElfTables(k, task, stack, image, elf, base, secure);
  const { startCode, endCode, startData, endData } = image;
  // The heap of a loader that is run as a program, or of a static PIE, is kept out of the mappings it lies among.
  const brk = pageAlign(elf.type === ET_DYN && !interpreter ? elfEtDynBase(arch) : image.end);
  Object.assign(mm, { startCode, endCode, startData, endData, startBrk: brk, brk });
  arch.startThread(k, task, entry, sp);
  if (k.calls) tellCall(k.calls, task, 'start_thread', { new_ip: entry, new_sp: sp });
}

/**
 * Whether the stack can be executed; without PT_GNU_STACK a 32-bit program gets everything readable executable.
 * Linux: arch/x86/include/asm/elf.h, arch/arm/kernel/elf.c elf_read_implies_exec(), setup_arg_pages().
 */
function executableStack(task: Task, { arch, segments }: ElfHeaders): boolean {
  const header = segments.findLast((segment) => segment.type === PT_GNU_STACK);
  if (header) return (header.flags & PF_X) !== 0;
  if (arch.wordBytes === 4) task.personality |= READ_IMPLIES_EXEC;
  return (task.personality & READ_IMPLIES_EXEC) !== 0;
}

/** Linux: arch/x86/mm/mmap.c, mm/util.c mmap_base(), without randomisation. */
function mmapBase(task: Task, elf: ElfHeaders): number {
  const STACK_GAP_MIN = 0x800_0000;
  const GUARD_GAP = 256 * 4096;
  const limit = task.signal.rlim[RLIMIT_STACK]?.[0] ?? Infinity;
  const { taskSize } = elf.arch;
  const gap = Math.min(Math.max(limit + GUARD_GAP, STACK_GAP_MIN), Math.floor((taskSize / 6) * 5));
  return Math.floor((taskSize - gap) / 4096) * 4096;
}
