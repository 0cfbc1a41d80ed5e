import { ELOOP, ENOMEM } from '../abi/errno.ts';
import { READ_IMPLIES_EXEC } from '../abi/personality.ts';
import { SIGCHLD, SIGSEGV } from '../abi/signal.ts';
import { archOf } from '../arch/index.ts';
import type { ExecCred } from '../commoncap.ts';
import { mmRelease } from '../exit.ts';
import { closeOnExec, fget, fput, unshareFiles } from '../fs/file.ts';
import { execRead, openExec } from '../fs/read.ts';
import type { File } from '../fs/types.ts';
import { mmAlloc, mmput } from '../mm/mm.ts';
import { type Mm, PAGE_SIZE } from '../mm/types.ts';
import { accountOldMm } from '../rusage.ts';
import { exitItimers } from '../signal/posix-timers.ts';
import { fatalSignalPending, forceFatalSignal } from '../signal/send.ts';
import { defaultActions } from '../signal/sighand.ts';
import type { Kernel } from '../state.ts';
import { SLEEP, SyscallError } from '../syscalls/row.ts';
import { TASK_COMM_LEN, type Task } from '../task.ts';
import { taskPtRegs, writeThreadInfo } from '../task-struct.ts';
import { tellCall } from '../trace.ts';
import type { Binary, Program } from './binary.ts';
import { execCreds, installExecCreds } from './creds.ts';
import { DE_THREAD, deThread } from './de-thread.ts';
import { openElf } from './elf-binary.ts';
import { openFdpic } from './fdpic.ts';
import { isFlat, openFlat } from './flat.ts';
import { openByKernel } from './interpreter.ts';
import { BINPRM_BUF_SIZE, isScript, parseScriptLine } from './script.ts';
import { checkStrings, type ExecStrings, kernelWordBytes, scriptStrings, stringsLimit } from './strings.ts';

/** Scripts whose interpreter is a script. Linux: exec_binprm(). */
const MAX_INTERPRETER_DEPTH = 5;

/** Without an MMU the strings wait in pages of the kernel. Linux: MAX_ARG_PAGES. */
const MAX_ARG_BYTES = 32 * PAGE_SIZE;

/** All that is known of the program before the old one is given up. */
interface Binprm extends Program {
  binary: Binary;
  creds: ExecCred;
}

/**
 * execve(2). Returns 0 with the new program's registers in place, or a negative errno with the old program untouched; behind
 * the point of no return a failure kills the task. Throws SyscallError as well.
 * Linux: fs/exec.c do_execveat_common(), search_binary_handler().
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
    const mm = mmAlloc(k, bprm.binary.arch.name);
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
    if (bprm.binary.interpreter) fput(k, bprm.binary.interpreter);
  }
  k.calls?.leave(task, 'do_execve', 0);
  return 0;
}

/** Look at the program, following `#!` lines, and check what Linux checks before the old program is gone: not much. */
function prepareBinprm(k: Kernel, task: Task, given: ExecStrings, opened: File): Binprm {
  const execfn = given.path;
  let file = fget(opened);
  try {
    const wordBytes = task.mm ? kernelWordBytes(archOf(task.isa)) : 8;
    const limit = Math.min(stringsLimit(task, given, wordBytes), k.state.noMmu ? MAX_ARG_BYTES - wordBytes : Infinity);
    // Linux 5.18: a program always has an argv[0].
    let strings = given.argv.length > 0 ? given : { ...given, argv: [''] };
    checkStrings(strings, execfn, limit);
    for (let depth = 0; ; depth++) {
      if (depth > MAX_INTERPRETER_DEPTH) throw new SyscallError(ELOOP);
      const head = new Uint8Array(BINPRM_BUF_SIZE);
      head.set(execRead(k, file, 0, BINPRM_BUF_SIZE));
      if (!isScript(head)) {
        const creds = execCreds(k, task, file);
        const binary = openBinary(k, task, file, head);
        return { file, binary, strings, execfn, creds, secure: creds.secure };
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

/** Linux: search_binary_handler(): a machine without MMU has formats of its own, in place of binfmt_elf.c. */
function openBinary(k: Kernel, task: Task, file: File, head: Uint8Array): Binary {
  if (!k.state.noMmu) return openElf(k, task, file, head);
  return isFlat(head) ? openFlat(task, head) : openFdpic(k, task, file, head);
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
  const { arch } = bprm.binary;
  task.isa = arch.name;
  task.ptRegs = taskPtRegs(task.isa, task.stack);
  writeThreadInfo(k, task);
  if (task.thread.length !== arch.threadLenBytes) task.thread = new Uint8Array(arch.threadLenBytes);
  // The CPU still holds the old program's FPU and TLS registers; they must not be saved for the new one.
  k.state.current = 0;
  // SET_PERSONALITY2(): a 64-bit program starts without it, a 32-bit one keeps what it inherits.
  if (arch.wordBytes === 8) task.personality &= ~READ_IMPLIES_EXEC;
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
    mm.exePath = bprm.file.path;
    bprm.binary.load(k, task, mm, bprm);
    k.trace?.event({ kind: 'exec', task, path: bprm.file.path });
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    forceFatalSignal(k, task, SIGSEGV);
  }
}
