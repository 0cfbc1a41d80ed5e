import { CAP_SYS_ADMIN, CAP_SYS_RESOURCE } from './abi/capability.ts';
import { EAGAIN, EFAULT, EINTR, ENOMEM, ERESTARTNOINTR } from './abi/errno.ts';
import { PTRACE_EVENT_VFORK_DONE } from './abi/ptrace.ts';
import { RLIMIT_NPROC } from './abi/resource.ts';
import {
  CLONE_CHILD_CLEARTID,
  CLONE_CHILD_SETTID,
  CLONE_CLEAR_SIGHAND,
  CLONE_FILES,
  CLONE_FS,
  CLONE_PARENT,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_SETTLS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VFORK,
  CLONE_VM,
} from './abi/sched.ts';
import { SIGCHLD } from './abi/signal.ts';
import { archOf } from './arch/index.ts';
import { copyThreadBlock, saveThreadOf } from './arch/thread.ts';
import { checkCloneFlags } from './clone-flags.ts';
import { capable } from './commoncap.ts';
import { allocFd, copyFiles, copyFs, exitFiles, exitFs, getFiles, lowestFreeFd } from './fs/file.ts';
import { pidfdFile } from './fs/pidfd.ts';
import { copySemUndo, exitSem } from './ipc/sem.ts';
import { freeKernelStack } from './mm/frames.ts';
import { dupMmap, mmput } from './mm/mm.ts';
import { copyBytes } from './mm/phys.ts';
import type { Mm } from './mm/types.ts';
import { putUserU32 } from './mm/uaccess.ts';
import { checkNamespaces, copyNamespaces, putNsproxy, switchTaskNamespaces } from './nsproxy.ts';
import { allocPid, attachPid, freePid, isChildReaper, PID_MAX, type PidNamespace, pidVnr } from './pid.ts';
import type { VirtAddr } from './ports.ts';
import { cloneEvent, ptraceInitTask } from './ptrace/link.ts';
import { ptraceEventPid } from './ptrace/stop.ts';
import { setReg } from './ptregs.ts';
import { noUsage } from './rusage.ts';
import { enqueue, nowNs, signalPending, sleepOn } from './sched.ts';
import { fatalSignalPending } from './signal/send.ts';
import { defaultActions } from './signal/sighand.ts';
import type { Kernel } from './state.ts';
import { SLEEP, SyscallError } from './syscalls/row.ts';
import type { Files, FsStruct, Resume, Sighand, SignalStruct, Task } from './task.ts';
import { dupTaskStruct } from './task-struct.ts';
import { tellCall } from './trace.ts';

/** struct kernel_clone_args. `stack` is the child's stack pointer, 0 to keep the parent's. */
export interface KernelCloneArgs {
  flags: number;
  exitSignal: number;
  stack: VirtAddr;
  tls: number;
  parentTid: VirtAddr;
  childTid: VirtAddr;
  /** CLONE_PIDFD's place for the descriptor; clone(2) has it where the parent's thread id goes. */
  pidfd: VirtAddr;
  /** clone3's set_tid: the pids wanted, the innermost namespace's first. */
  setTid?: readonly number[];
}

/**
 * fork, vfork and clone: returns the child's pid, a negative errno, or SLEEP for a vfork parent.
 * Linux: kernel/fork.c kernel_clone(), once do_fork().
 */
export function doFork(k: Kernel, task: Task, args: KernelCloneArgs): number {
  const resume = task.inSyscall?.resume;
  if (resume) return goOn(k, task, resume);

  k.calls?.enter(task, 'do_fork', { ...args, setTid: args.setTid?.[0] ?? 0 });
  k.calls?.enter(task, 'copy_process', { clone_flags: args.flags });
  const child = copyProcess(k, task, args);
  k.calls?.leave(task, 'copy_process', child);
  if (typeof child === 'number') return leaveDoFork(k, task, child);
  const newborn = { pid: child.pid, nr: pidVnr(task, child.pid) };
  if (args.flags & CLONE_PARENT_SETTID) putUserQuietly(k, task, args.parentTid, newborn.nr);
  const event = cloneEvent(task, args.flags, args.exitSignal);
  ptraceInitTask(k, task, child, event, args.flags);
  const vfork = (args.flags & CLONE_VFORK) !== 0;
  const how = vfork ? 'vfork' : args.exitSignal === SIGCHLD ? 'fork' : 'clone';
  k.trace?.event({ kind: 'fork', parent: task, child, how });
  if (vfork) {
    child.vforkParent = task.pid;
    task.vforkDone = false;
  }
  wakeUpNewTask(k, task, child);
  if (event !== 0 && tellFork(k, task, event, newborn, vfork)) return SLEEP;
  return vfork ? beginVforkWait(k, task, newborn) : leaveDoFork(k, task, newborn.nr);
}

/** The child, by the kernel's number and by the parent's, which outlasts it. */
interface Newborn {
  pid: number;
  nr: number;
}

/** The call has slept. */
function goOn(k: Kernel, task: Task, resume: Resume): number {
  const newborn = { pid: Number(resume.child), nr: Number(resume.nr) };
  if (resume.kind === 'vfork') return waitForVforkDone(k, task, newborn);
  if (resume.kind === 'fork-event' && resume.vfork === true) return beginVforkWait(k, task, newborn);
  return leaveDoFork(k, task, newborn.nr);
}

function remember(task: Task, kind: string, { pid, nr }: Newborn, vfork: boolean): void {
  if (task.inSyscall) task.inSyscall.resume = { kind, child: pid, nr, vfork };
}

/** PTRACE_EVENT_FORK and its kin: the parent stops before it sleeps for its vfork child. */
function tellFork(k: Kernel, task: Task, event: number, child: Newborn, vfork: boolean): boolean {
  remember(task, 'fork-event', child, vfork);
  return ptraceEventPid(k, task, event, child.pid);
}

function beginVforkWait(k: Kernel, task: Task, newborn: Newborn): number {
  const child = k.state.tasks.get(newborn.pid);
  if (child) {
    remember(task, 'vfork', newborn, true);
    k.trace?.event({ kind: 'vfork-wait', parent: task, child });
    k.calls?.enter(task, 'wait_for_vfork_done', { child });
  }
  return waitForVforkDone(k, task, newborn);
}

/** Linux: kernel/fork.c wait_for_vfork_done(): only a fatal signal ends the wait before mm_release does. */
function waitForVforkDone(k: Kernel, task: Task, newborn: Newborn): number {
  if (task.vforkDone) return leaveVforkWait(k, task, newborn, 0);
  if (fatalSignalPending(task)) {
    const child = k.state.tasks.get(newborn.pid);
    if (child) child.vforkParent = 0;
    return leaveVforkWait(k, task, newborn, -EINTR);
  }
  return sleepOn(k, task, [`vfork:${newborn.pid}`], { state: 'killable' });
}

function leaveVforkWait(k: Kernel, task: Task, newborn: Newborn, killed: number): number {
  k.calls?.leave(task, 'wait_for_vfork_done', killed);
  if (killed === 0 && task.ptrace) {
    remember(task, 'vfork-done-event', newborn, true);
    if (ptraceEventPid(k, task, PTRACE_EVENT_VFORK_DONE, newborn.pid)) return SLEEP;
  }
  return leaveDoFork(k, task, newborn.nr);
}

function leaveDoFork(k: Kernel, task: Task, result: number): number {
  k.calls?.leave(task, 'do_fork', result);
  return result;
}

/** Linux: wake_up_new_task(). */
function wakeUpNewTask(k: Kernel, task: Task, child: Task): void {
  if (k.calls) tellCall(k.calls, task, 'wake_up_new_task', { p: child });
  enqueue(k, child);
}

function putUserQuietly(k: Kernel, task: Task, addr: VirtAddr, value: number): void {
  try {
    if (task.mm) putUserU32(k, task.mm, addr, value);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
  }
}

/**
 * Build a child of `parent`, not yet running. Returns a negative errno when that is not possible; the parent is then
 * as it was. Linux: kernel/fork.c copy_process(), in its order.
 */
export function copyProcess(k: Kernel, parent: Task, args: KernelCloneArgs): Task | number {
  const refused = checkCloneFlags(parent, args);
  if (refused !== 0) return refused;
  if (signalPending(parent)) return -ERESTARTNOINTR;
  if (overProcessLimit(k, parent)) return -EAGAIN;
  const namespaces = checkNamespaces(parent, args.flags);
  if (namespaces !== 0) return namespaces;
  const nsproxy = copyNamespaces(k, parent, args.flags);
  if (typeof nsproxy === 'number') return nsproxy;
  const child = newTask(k, parent, nsproxy.pidForChildren, args.setTid ?? []);
  if (typeof child === 'number') {
    putNsproxy(k, nsproxy);
    return child;
  }
  const { calls } = k;

  child.nsproxy = nsproxy;
  child.semUndo = copySemUndo(parent, (args.flags & CLONE_SYSVSEM) !== 0);
  child.files = copyFilesOf(parent, args.flags);
  if (calls) tellCall(calls, parent, 'copy_files', { tsk: child, count: child.files?.count ?? 0 }, 0);
  child.fs = copyFsOf(parent, args.flags);
  if (calls) tellCall(calls, parent, 'copy_fs', { tsk: child, users: child.fs?.users ?? 0 }, 0);
  child.sighand = copySighand(parent.sighand, args.flags);
  if (calls) tellCall(calls, parent, 'copy_sighand', { tsk: child, count: child.sighand.count }, 0);
  child.signal = copySignal(parent.signal, child.pid, args.flags);
  if (calls) tellCall(calls, parent, 'copy_signal', { tsk: child, nr_threads: child.signal.threads.length }, 0);
  calls?.enter(parent, 'copy_mm', { tsk: child });
  child.mm = copyMm(k, parent, args.flags);
  calls?.leave(parent, 'copy_mm', child.mm);
  let failed = child.mm ? copyThread(k, parent, child, args) : -ENOMEM;
  if (calls && child.mm) tellCall(calls, parent, 'copy_thread', { p: child, sp: args.stack, tls: args.tls }, failed);
  if (failed === 0 && args.flags & CLONE_PIDFD) failed = installPidfd(k, parent, child, args.pidfd);
  if (failed !== 0) {
    undoCopies(k, child);
    return failed;
  }
  child.setChildTid = args.flags & CLONE_CHILD_SETTID ? args.childTid : 0;
  child.clearChildTid = args.flags & CLONE_CHILD_CLEARTID ? args.childTid : 0;
  // The alternate stack is the parent's memory: kept by a vfork child, dropped by one that runs beside it.
  if ((args.flags & (CLONE_VM | CLONE_VFORK)) === CLONE_VM) child.sas = { sp: 0, size: 0, flags: 2 };
  joinFamily(k, parent, child, args);
  publish(k, child);
  return child;
}

/** A copy of the parent, with numbers of its own in each pid namespace; -errno. */
function newTask(k: Kernel, parent: Task, pidNs: PidNamespace, wanted: readonly number[]): Task | number {
  const numbers = allocPid(k, pidNs, wanted);
  if (typeof numbers === 'number') return numbers;
  const child = dupTaskStruct(k, parent, numbers.at(-1) ?? 0);
  if (k.calls) tellCall(k.calls, parent, 'dup_task_struct', { orig: parent }, child);
  if (!child) return -ENOMEM;
  child.pidNs = pidNs;
  attachPid(child, numbers);
  return child;
}

/** The parent gets a descriptor of the child, which only shares it under CLONE_FILES. Linux: pidfd_prepare(), fd_install(). */
function installPidfd(k: Kernel, parent: Task, child: Task, addr: VirtAddr): number {
  if (!parent.mm) return -EFAULT;
  try {
    const fd = lowestFreeFd(parent);
    putUserU32(k, parent.mm, addr, fd);
    allocFd(parent, pidfdFile(k, child, 0), true);
    return 0;
  } catch (error) {
    if (error instanceof SyscallError) return -error.errno;
    throw error;
  }
}

/** A thread is its parent's sibling, and so is a child made with CLONE_PARENT. */
function joinFamily(k: Kernel, parent: Task, child: Task, { flags, exitSignal }: KernelCloneArgs): void {
  const leader = k.state.tasks.get(parent.tgid) ?? parent;
  if (flags & CLONE_THREAD) child.tgid = parent.tgid;
  child.exitSignal = flags & CLONE_THREAD ? -1 : flags & CLONE_PARENT ? leader.exitSignal : exitSignal;
  if (flags & (CLONE_PARENT | CLONE_THREAD)) {
    child.realParent = parent.realParent;
  } else {
    child.realParent = parent.pid;
    child.parentExecId = parent.selfExecId;
  }
}

function publish(k: Kernel, child: Task): void {
  child.startNs = nowNs(k);
  if (isChildReaper(child)) {
    child.pidNs.childReaper = child.pid;
    child.signal.unkillable = true;
  }
  k.state.tasks.set(child.pid, child);
  if (child.pid !== child.tgid) child.signal.threads.push(child.pid);
  else k.state.tasks.get(child.realParent)?.children.push(child.pid);
}

/** RLIMIT_NPROC, which root may pass. Linux: is_rlimit_overlimit() in copy_process(). */
function overProcessLimit(k: Kernel, parent: Task): boolean {
  if (k.state.tasks.size >= PID_MAX) return true;
  const limit = parent.signal.rlim[RLIMIT_NPROC]?.[0] ?? Infinity;
  const mayPass =
    parent.cred.uid === 0 || capable(parent.cred, CAP_SYS_RESOURCE) || capable(parent.cred, CAP_SYS_ADMIN);
  if (mayPass || limit === Infinity) return false;
  let same = 0;
  for (const task of k.state.tasks.values()) if (task.cred.uid === parent.cred.uid) same++;
  return same >= limit;
}

/** Share if CLONE_VM is set, else copy. Linux: copy_mm(). */
function copyMm(k: Kernel, parent: Task, flags: number): Mm | null {
  if (!parent.mm) return null;
  if ((flags & CLONE_VM) === 0) {
    const mm = dupMmap(k, parent.mm);
    if (k.calls) tellCall(k.calls, parent, 'dup_mm', { oldmm: parent.mm }, mm);
    return mm;
  }
  parent.mm.users++;
  return parent.mm;
}

/** Share if CLONE_FILES is set, else copy. Linux: copy_files(). */
function copyFilesOf(parent: Task, flags: number): Files | null {
  if (!parent.files) return null;
  return flags & CLONE_FILES ? getFiles(parent.files) : copyFiles(parent.files);
}

/** Share if CLONE_FS is set, else copy. Linux: copy_fs(). */
function copyFsOf(parent: Task, flags: number): FsStruct | null {
  if (!parent.fs) return null;
  if ((flags & CLONE_FS) === 0) return copyFs(parent.fs);
  parent.fs.users++;
  return parent.fs;
}

/** Give back what a child that cannot be finished has got so far. */
function undoCopies(k: Kernel, child: Task): void {
  if (child.mm) mmput(k, child.mm);
  child.sighand.count--;
  exitFs(k, child);
  exitFiles(k, child);
  exitSem(k, child);
  switchTaskNamespaces(k, child, null);
  freePid(k, child.pidNs, child.pid);
  freeKernelStack(k, child.stack);
}

/** Share if CLONE_SIGHAND is set, else copy. Linux: copy_sighand(). */
function copySighand(sighand: Sighand, flags: number): Sighand {
  if (flags & CLONE_SIGHAND) {
    sighand.count++;
    return sighand;
  }
  const clear = flags >= CLONE_CLEAR_SIGHAND;
  return { count: 1, action: clear ? defaultActions(sighand.action) : sighand.action };
}

/** A thread shares it. Limits, process group and session are inherited, timers and pending signals are not. Linux: copy_signal(). */
function copySignal(signal: SignalStruct, pid: number, flags: number): SignalStruct {
  if (flags & CLONE_THREAD) return signal;
  return {
    ...signal,
    threads: [pid],
    currTarget: pid,
    sharedPending: { set: { lo: 0, hi: 0 }, queue: [] },
    groupExit: false,
    groupExitCode: 0,
    groupExecTask: 0,
    unkillable: false,
    isChildSubreaper: false,
    hasChildSubreaper: signal.hasChildSubreaper || signal.isChildSubreaper,
    exited: noUsage(),
    reaped: noUsage(),
    alarmNs: 0,
    itimers: null,
    stopSignal: 0,
    stopReported: false,
    continuedUnreported: false,
  };
}

/**
 * The child's registers: a copy of the parent's pt_regs with 0 as the call's result, its own stack pointer and TLS when
 * asked for. Linux: arch/x86/kernel/process.c, arch/arm/kernel/process.c copy_thread().
 */
function copyThread(k: Kernel, parent: Task, child: Task, args: KernelCloneArgs): number {
  const arch = archOf(parent.isa);
  saveThreadOf(k, parent);
  child.thread = copyThreadBlock(k, parent.thread);
  const { lenBytes, ret, sp } = arch.ptRegs;
  copyBytes(k, child.ptRegs, parent.ptRegs, lenBytes);
  setReg(k, child, ret, 0);
  if (args.stack !== 0) setReg(k, child, sp, args.stack);
  if ((args.flags & CLONE_SETTLS) === 0) return 0;
  try {
    return arch.setTls(k, child, args.tls);
  } catch (error) {
    if (error instanceof SyscallError) return -error.errno;
    throw error;
  }
}

/** The child's first steps in the kernel. Linux: ret_from_fork, schedule_tail(). */
export function retFromFork(k: Kernel, child: Task): void {
  child.retFromFork = false;
  if (child.setChildTid !== 0) putUserQuietly(k, child, child.setChildTid, pidVnr(child, child.pid));
}
