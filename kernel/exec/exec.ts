import { ET_DYN, ET_EXEC, PF_X, PT_GNU_STACK } from '../abi/elf.ts';
import { EINVAL, ELOOP, ENOMEM } from '../abi/errno.ts';
import { READ_IMPLIES_EXEC } from '../abi/personality.ts';
import { RLIMIT_STACK } from '../abi/resource.ts';
import { SIGCHLD, SIGSEGV } from '../abi/signal.ts';
import { archOf } from '../arch/index.ts';
import type { ExecCred } from '../commoncap.ts';
import { mmRelease } from '../exit.ts';
import { closeOnExec, fget, fput, unshareFiles } from '../fs/file.ts';
import { execRead, openExec } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import { mmAlloc, mmput } from '../mm/mm.ts';
import { pageAlign } from '../mm/mmap.ts';
import type { Mm } from '../mm/types.ts';
import { accountOldMm } from '../rusage.ts';
import { exitItimers } from '../signal/posix-timers.ts';
import { fatalSignalPending, forceFatalSignal } from '../signal/send.ts';
import { defaultActions } from '../signal/sighand.ts';
import type { Kernel } from '../state.ts';
import { SLEEP, SyscallError } from '../syscalls/row.ts';
import { TASK_COMM_LEN, type Task } from '../task.ts';
import { taskPtRegs, writeThreadInfo } from '../task-struct.ts';
import { tellCall } from '../trace.ts';
import { execCreds, installExecCreds } from './creds.ts';
import { DE_THREAD, deThread } from './de-thread.ts';
import { type ElfHeaders, movedEntry, readElfHeaders } from './elf-headers.ts';
import { elfEtDynBase, mapInterpreter, mapProgram } from './elf-image.ts';
import { createElfTables } from './elf-tables.ts';
import { mapFixedPages } from './fixed-pages.ts';
import { type Interpreter, openByKernel, openInterpreter } from './interpreter.ts';
import { BINPRM_BUF_SIZE, isScript, parseScriptLine } from './script.ts';
import { setupArgPages } from './stack.ts';
import { checkStrings, type ExecStrings, kernelWordBytes, scriptStrings, stringsLimit } from './strings.ts';

/** Scripts whose interpreter is a script. Linux: exec_binprm(). */
const MAX_INTERPRETER_DEPTH = 5;

/** struct linux_binprm: all that is known of the program before the old one is given up. */
interface Binprm {
  file: File;
  elf: ElfHeaders;
  interpreter: Interpreter | null;
  strings: ExecStrings;
  /** The path that execve was given, a script's included: it names the task and is AT_EXECFN. */
  execfn: string;
  creds: ExecCred;
}

/**
 * execve(2). Returns 0 with the new program's registers in place, or a negative errno with the old program untouched; behind
 * the point of no return a failure kills the task. Throws SyscallError as well.
 * Linux: fs/exec.c do_execveat_common(), fs/binfmt_elf.c load_elf_binary().
 */
export function doExecve(k: Kernel, task: Task, strings: ExecStrings): number {
  k.calls?.enter(task, 'do_execve', { filename: strings.path });
  const isAlone = task.inSyscall?.resume?.kind !== DE_THREAD;
  try {
    const result = execve(k, task, strings);
    if (result === 0) k.calls?.leave(task, 'do_execve', result);
    return result;
  } catch (error) {
    if (isAlone || !(error instanceof SyscallError)) throw error;
    // Its threads are gone already.
    task.signal.groupExecTask = 0;
    if (!fatalSignalPending(task)) forceFatalSignal(k, task, SIGSEGV);
    return -error.errno;
  }
}

/** The file that was opened first is kept while the call waits: what its name leads to may change as threads end. */
function execve(k: Kernel, task: Task, strings: ExecStrings): number {
  const opened = task.execFile ?? openExec(k, task, strings.path);
  task.execFile = null;
  try {
    const result = execFile(k, task, strings, opened);
    if (result === SLEEP) task.execFile = fget(opened);
    return result;
  } finally {
    fput(k, opened);
  }
}

function execFile(k: Kernel, task: Task, strings: ExecStrings, opened: File): number {
  const bprm = prepareBinprm(k, task, strings, opened);
  try {
    const mm = mmAlloc(k, bprm.elf.arch.name);
    if (!mm) throw new SyscallError(ENOMEM);
    const unfinished = deThread(k, task);
    if (unfinished !== 0) {
      mmput(k, mm);
      return unfinished;
    }
    k.calls?.enter(task, 'begin_new_exec', { filename: bprm.execfn, mm });
    beginNewExec(k, task, mm, bprm);
    k.calls?.leave(task, 'begin_new_exec', 0);
    loadProgram(k, task, mm, bprm);
  } finally {
    fput(k, bprm.file);
    if (bprm.interpreter) fput(k, bprm.interpreter.file);
  }
  k.calls?.leave(task, 'do_execve', 0);
  return 0;
}

/** Look at the program, following `#!` lines, and check what Linux checks before the old program is gone: not much. */
function prepareBinprm(k: Kernel, task: Task, given: ExecStrings, opened: File): Binprm {
  const execfn = given.path;
  let file = fget(opened);
  try {
    const limit = stringsLimit(task, given, task.mm ? kernelWordBytes(archOf(task.isa)) : 8);
    // Linux 5.18: a program always has an argv[0].
    let strings = given.argv.length > 0 ? given : { ...given, argv: [''] };
    checkStrings(strings, execfn, limit);
    for (let depth = 0; ; depth++) {
      if (depth > MAX_INTERPRETER_DEPTH) throw new SyscallError(ELOOP);
      const head = new Uint8Array(BINPRM_BUF_SIZE);
      head.set(execRead(k, file, 0, BINPRM_BUF_SIZE));
      if (!isScript(head)) {
        const elf = readElfHeaders(k, file, head);
        const creds = execCreds(k, task, file);
        return { file, elf, interpreter: openInterpreter(k, task, file, elf), strings, execfn, creds };
      }
      strings = scriptStrings(parseScriptLine(head), strings);
      checkStrings(strings, execfn, limit);
      const next = openByKernel(k, task, strings.path);
      fput(k, file);
      file = next;
    }
  } catch (error) {
    fput(k, file);
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
  accountOldMm(task);
  task.mm = mm;
  if (old) {
    mmput(k, old);
    if (k.calls) tellCall(k.calls, task, 'mmput', { mm: old });
  }
  task.isa = bprm.elf.arch.name;
  task.ptRegs = taskPtRegs(task.isa, task.stack);
  writeThreadInfo(k, task);
  const { threadLenBytes } = bprm.elf.arch;
  if (task.thread.length !== threadLenBytes) task.thread = new Uint8Array(threadLenBytes);
  // The CPU still holds the old program's FPU and TLS registers; they must not be saved for the new one.
  k.state.current = 0;
  // SET_PERSONALITY2(): a 64-bit program starts without it, a 32-bit one keeps what it inherits.
  if (bprm.elf.arch.wordBytes === 8) task.personality &= ~READ_IMPLIES_EXEC;
  task.sas = { ...task.sas, sp: 0, size: 0 };
  exitItimers(k, task.tgid);
  task.robustList = 0;
  task.exitSignal = SIGCHLD;
  task.selfExecId++;
  task.didExec = true;
  task.comm = bprm.execfn.slice(bprm.execfn.lastIndexOf('/') + 1).slice(0, TASK_COMM_LEN - 1);
  flushSignalHandlers(task);
  unshareFiles(task);
  closeOnExec(k, task);
  installExecCreds(task, bprm.creds, bprm.file);
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

/** Build the new program's memory and registers; the task dies when that fails. Linux: bprm_execve(), its last lines. */
function loadProgram(k: Kernel, task: Task, mm: Mm, bprm: Binprm): void {
  try {
    loadElf(k, task, mm, bprm);
    k.trace?.event({ kind: 'exec', task, path: bprm.file.path });
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    forceFatalSignal(k, task, SIGSEGV);
  }
}

/** Linux: load_elf_binary() behind begin_new_exec(). */
function loadElf(k: Kernel, task: Task, mm: Mm, bprm: Binprm): void {
  const { elf, file, strings, interpreter, execfn, creds } = bprm;
  const { arch } = elf;
  mm.mmapBase = mmapBase(task, elf);
  mm.exePath = file.path;
  const stack = setupArgPages(k, task, arch, strings, execfn, executableStack(task, elf));
  // They have addresses of their own: before what is placed by itself, behind what has its place.
  if (elf.type === ET_DYN) mapFixedPages(k, task);
  const image = mapProgram(k, task, file, elf, interpreter !== null);
  if (elf.type === ET_EXEC) mapFixedPages(k, task);

  const base = interpreter ? mapInterpreter(k, task, interpreter.file, interpreter.elf, image.bias !== 0) : 0;
  const entry = interpreter ? movedEntry(interpreter.elf, base) : image.entry;
  if (entry < 0 || entry >= arch.taskSize) throw new SyscallError(EINVAL);

  const sp = createElfTables(k, task, stack, image, elf, base, creds.secure);
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
