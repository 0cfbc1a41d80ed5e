import { ET_DYN, PF_X, PT_GNU_STACK, PT_INTERP } from '../abi/elf.ts';
import { EACCES, ELIBBAD, ELOOP, ENOEXEC, ENOMEM } from '../abi/errno.ts';
import { SIGCHLD, SIGKILL, SIGSEGV } from '../abi/signal.ts';
import { archOf } from '../arch/index.ts';
import { bytesToString } from '../bytes.ts';
import { mmRelease } from '../exit.ts';
import { closeOnExec, fput, unshareFiles } from '../fs/file.ts';
import { kernelRead, openExec } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import { mmAlloc, mmput } from '../mm/mm.ts';
import { getUnmappedArea } from '../mm/mmap.ts';
import type { Mm } from '../mm/types.ts';
import { defaultActions } from '../signal/action.ts';
import { forceSignal } from '../signal/send.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { taskPtRegs, writeThreadInfo } from '../task-struct.ts';
import { type ElfHeaders, readElfHeaders } from './elf-headers.ts';
import { loadSegments, mapImage, programBias, totalMapping } from './elf-load.ts';
import { mapFixedPages } from './fixed-pages.ts';
import { isScript, scriptInterpreter } from './script.ts';
import { checkStrings, createElfTables, type ExecStrings } from './stack.ts';

/** BINPRM_BUF_SIZE. */
const HEAD_BYTES = 256;
const MAX_INTERPRETER_DEPTH = 5;
const READ_IMPLIES_EXEC = 0x40_0000;

/** struct linux_binprm: all that is known of the program before the old one is given up. */
interface Binprm {
  file: File;
  elf: ElfHeaders;
  interpreter: { file: File; elf: ElfHeaders } | null;
  strings: ExecStrings;
}

/**
 * execve(2). Returns 0 with the new program's registers in place, or a negative errno with the old program untouched; behind
 * the point of no return a failure kills the task. Linux: fs/exec.c do_execveat_common(), fs/binfmt_elf.c load_elf_binary().
 */
export function doExecve(k: Kernel, task: Task, strings: ExecStrings): number {
  const bprm = prepareBinprm(k, task, strings);
  try {
    checkStrings(task, bprm.strings, bprm.elf.arch.wordBytes);
    const mm = mmAlloc(k, bprm.elf.arch.name);
    if (!mm) return -ENOMEM;
    beginNewExec(k, task, mm, bprm);
    loadProgram(k, task, bprm);
  } finally {
    fput(k, bprm.file);
    if (bprm.interpreter) fput(k, bprm.interpreter.file);
  }
  return 0;
}

/** Open the program, following `#!` lines, and check all that can be checked before the old program is gone. */
function prepareBinprm(k: Kernel, task: Task, first: ExecStrings): Binprm {
  let strings = first.argv.length > 0 ? first : { ...first, argv: [''] };
  for (let depth = 0; depth <= MAX_INTERPRETER_DEPTH; depth++) {
    const file = openExec(k, task, strings.path);
    try {
      const head = kernelRead(k, file, 0, HEAD_BYTES);
      if (!isScript(head)) {
        const elf = readElfHeaders(k, file, head);
        loadSegments(elf);
        return { file, elf, interpreter: openInterpreter(k, task, file, elf), strings };
      }
      strings = scriptInterpreter(head, strings);
    } catch (error) {
      fput(k, file);
      throw error;
    }
    fput(k, file);
  }
  throw new SyscallError(ELOOP);
}

function openInterpreter(k: Kernel, task: Task, program: File, elf: ElfHeaders): Binprm['interpreter'] {
  const segment = elf.segments.find((candidate) => candidate.type === PT_INTERP);
  if (!segment) return null;
  if (segment.fileSize > 4096 || segment.fileSize < 2) throw new SyscallError(ENOEXEC);
  const bytes = kernelRead(k, program, segment.offset, segment.fileSize);
  if (bytes[segment.fileSize - 1] !== 0) throw new SyscallError(ENOEXEC);
  const file = openExec(k, task, bytesToString(bytes.subarray(0, bytes.indexOf(0))));
  try {
    const headers = readElfHeaders(k, file, kernelRead(k, file, 0, HEAD_BYTES));
    if (headers.arch !== elf.arch) throw new SyscallError(ELIBBAD);
    loadSegments(headers);
    return { file, elf: headers };
  } catch (error) {
    fput(k, file);
    if (error instanceof SyscallError && error.errno === ENOEXEC) throw new SyscallError(ELIBBAD);
    throw error;
  }
}

/**
 * The point of no return: the old address space is let go, which frees a vfork parent.
 * Linux: fs/exec.c begin_new_exec(), exec_mmap(), setup_new_exec().
 */
function beginNewExec(k: Kernel, task: Task, mm: Mm, bprm: Binprm): void {
  const old = task.mm;
  mmRelease(k, task);
  task.mm = mm;
  if (old) mmput(k, old);
  task.isa = bprm.elf.arch.name;
  task.ptRegs = taskPtRegs(task.isa, task.stack);
  writeThreadInfo(k, task);
  task.thread = new Uint8Array(bprm.elf.arch.threadLenBytes);
  // The CPU still holds the old program's FPU and TLS registers; they must not be saved for the new one.
  k.state.current = 0;
  task.personality &= ~READ_IMPLIES_EXEC;
  task.sas = { ...task.sas, sp: 0, size: 0 };
  task.robustList = 0;
  task.exitSignal = SIGCHLD;
  task.pdeathSignal = 0;
  task.didExec = true;
  task.comm = bprm.strings.path.slice(bprm.strings.path.lastIndexOf('/') + 1).slice(0, 15);
  flushSignalHandlers(task);
  unshareFiles(task);
  closeOnExec(k, task);
}

/** Handlers go, what is ignored stays ignored; a shared table is left to its other users. Linux: flush_signal_handlers(). */
function flushSignalHandlers(task: Task): void {
  const action = defaultActions(task.sighand.action);
  if (task.sighand.count > 1) {
    task.sighand.count--;
    task.sighand = { count: 1, action };
  } else {
    task.sighand.action = action;
  }
}

/** Build the new program's memory and registers; the task dies when that fails. */
function loadProgram(k: Kernel, task: Task, bprm: Binprm): void {
  const { elf, file, strings } = bprm;
  const mm = task.mm;
  if (!mm) return;
  try {
    const stackHeader = elf.segments.find((segment) => segment.type === PT_GNU_STACK);
    // Linux: arch/x86/include/asm/elf.h, arch/arm/kernel/elf.c elf_read_implies_exec().
    if (!stackHeader && elf.arch.wordBytes === 4) task.personality |= READ_IMPLIES_EXEC;
    const executableStack = stackHeader ? (stackHeader.flags & PF_X) !== 0 : elf.arch.wordBytes === 4;
    mm.mmapBase = mmapBase(task, elf);
    const image = mapImage(k, task, file, elf, programBias(elf));
    const { startCode, endCode, startData, endData } = image;
    const heap = Math.ceil(image.brk / 4096) * 4096;
    Object.assign(mm, { startCode, endCode, startData, endData, startBrk: heap, brk: heap, exePath: file.path });
    // Before anything is placed by itself: the pages have addresses of their own.
    mapFixedPages(k, task);
    const interpreter = mapInterpreter(k, task, bprm);
    const base = interpreter?.bias ?? 0;
    const sp = createElfTables(k, task, strings, image, elf, base, executableStack);
    archOf(task.isa).startThread(k, task, interpreter?.entry ?? image.entry, sp);
    k.trace?.event({ kind: 'exec', task, path: file.path });
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const signo = error.errno === ENOMEM || error.errno === EACCES ? SIGKILL : SIGSEGV;
    forceSignal(k, task, { signo, errno: 0, code: 0x80 });
  }
}

function mapInterpreter(k: Kernel, task: Task, bprm: Binprm) {
  if (!bprm.interpreter || !task.mm) return null;
  const { file, elf } = bprm.interpreter;
  if (elf.type !== ET_DYN) return mapImage(k, task, file, elf, 0);
  const { start, lenBytes } = totalMapping(loadSegments(elf));
  return mapImage(k, task, file, elf, getUnmappedArea(task.mm, lenBytes) - start);
}

/** Linux: arch/x86/mm/mmap.c, mm/util.c mmap_base(), without randomisation. */
function mmapBase(task: Task, elf: ElfHeaders): number {
  const STACK_GAP_MIN = 0x800_0000;
  const GUARD_GAP = 256 * 4096;
  const limit = task.signal.rlim[3]?.[0] ?? Infinity;
  const { taskSize } = elf.arch;
  const gap = Math.min(Math.max(limit + GUARD_GAP, STACK_GAP_MIN), Math.floor((taskSize / 6) * 5));
  return Math.floor((taskSize - gap) / 4096) * 4096;
}
