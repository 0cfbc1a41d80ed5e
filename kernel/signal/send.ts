import {
  CLD_CONTINUED,
  CLD_STOPPED,
  defaultAction,
  SA_NOCLDSTOP,
  SI_KERNEL,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGRTMIN,
  SIGSEGV,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
} from '../abi/signal.ts';
import { pidVnr } from '../pid.ts';
import { ptraceTrapNotify } from '../ptrace/link.ts';
import { wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Sigset, Task } from '../task.ts';
import { flushSignals, recalcSigpending } from './pending.ts';
import { setHandler } from './sighand.ts';
import { sigaddset, sigandnsets, sigandsets, sigdelset, sigisemptyset, sigismember, sigmask } from './sigset.ts';
import { groupCpuNs } from './timers.ts';
import { isGroupStopped, signalWakeUp, threadsOf, wakeStopped, zapOtherThreads } from './wake.ts';

/**
 * Sending signals. `forced`: from the kernel, or from above the receiver's pid namespace, whose init takes SIGKILL and SIGSTOP
 * only then. Linux: kernel/signal.c.
 */

const STOP_SIGNALS = sigmask(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU);
/** A clock tick of siginfo's times, USER_HZ 100, in ns. */
const TICK_NS = 10_000_000;
const CONT_SIGNAL = sigmask(SIGCONT);

/** To one thread. Linux: send_signal_locked(…, PIDTYPE_PID). */
export function sendSignal(k: Kernel, task: Task, info: SigInfo, forced = info.code === SI_KERNEL): void {
  sendSignalLocked(k, task, info, false, forced);
}

/** To the thread group of `task`: any thread that does not block it may take it. Linux: send_signal_locked(…, PIDTYPE_TGID). */
export function sendSignalGroup(k: Kernel, task: Task, info: SigInfo, forced = info.code === SI_KERNEL): void {
  sendSignalLocked(k, task, info, true, forced);
}

/** A signal that the task's own instruction caused: neither blocked nor ignored. Linux: force_sig_info_to_task(). */
export function forceSignal(k: Kernel, task: Task, info: SigInfo): void {
  const blocked = sigismember(task.blocked, info.signo);
  if (blocked || handlerOf(task, info.signo) === SIG_IGN) resetToDefault(task, info.signo);
  if (handlerOf(task, info.signo) === SIG_DFL && !task.ptrace) task.signal.unkillable = false;
  sendSignal(k, task, info);
  if (!task.sigPending) signalWakeUp(k, task, false);
}

/** A signal that no handler may catch, such as the one for a frame that cannot be written. Linux: force_fatal_sig(). */
export function forceFatalSignal(k: Kernel, task: Task, signo: number): void {
  resetToDefault(task, signo);
  task.signal.unkillable = false;
  sendSignal(k, task, { signo, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  if (!task.sigPending) signalWakeUp(k, task, false);
}

/** After a signal frame that could not be written or read. Linux: force_sigsegv(). */
export function forceSigsegv(k: Kernel, task: Task, delivering: number): void {
  if (delivering === SIGSEGV) forceFatalSignal(k, task, SIGSEGV);
  else forceSignal(k, task, { signo: SIGSEGV, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
}

/** SIGKILL, or a signal that has already condemned the whole group, is pending. Linux: fatal_signal_pending(). */
export function fatalSignalPending(task: Task): boolean {
  return task.sigPending && sigismember(task.pending.set, SIGKILL);
}

export function handlerOf(task: Task, signo: number): number {
  return task.sighand.action[signo]?.handler ?? SIG_DFL;
}

/** The default action is to do nothing: SIGCHLD, SIGURG, SIGWINCH, and SIGCONT once it has continued. Linux: sig_kernel_ignore(). */
export function ignoredByDefault(signo: number): boolean {
  const action = defaultAction(signo);
  return action === 'ignore' || action === 'continue';
}

function resetToDefault(task: Task, signo: number): void {
  setHandler(task.sighand, signo, SIG_DFL);
  sigdelset(task.blocked, signo);
  recalcSigpending(task);
}

function sendSignalLocked(k: Kernel, task: Task, info: SigInfo, group: boolean, forced: boolean): void {
  const { signo } = info;
  if (!prepareSignal(k, task, signo, forced)) {
    if (k.trace && !task.signal.groupExit) noteIgnored(k, task, info);
    return;
  }
  const pending = group ? task.signal.sharedPending : task.pending;
  // Linux: legacy_queue(). A standard signal is pending once.
  if (signo < SIGRTMIN && sigismember(pending.set, signo)) return;
  if (signo !== SIGKILL) pending.queue.push(info);
  sigaddset(pending.set, signo);
  wakeUp(k, `signalfd:${task.tgid}`);
  completeSignal(k, task, signo, group);
}

/** strace shows ignored signals too; the listener hears of them when the task is next about to return to user space. */
function noteIgnored(k: Kernel, task: Task, info: SigInfo): void {
  const noted = k.ignoredSignals.get(task.pid);
  if (noted) noted.push(info);
  else k.ignoredSignals.set(task.pid, [info]);
}

/**
 * Stop signals and SIGCONT cancel each other in the queues, and SIGCONT sets stopped threads going even when it is ignored or
 * blocked. Returns whether the signal is to be queued. Linux: prepare_signal().
 */
function prepareSignal(k: Kernel, task: Task, signo: number, forced: boolean): boolean {
  const { signal } = task;
  if (signal.groupExit) return false;
  if (defaultAction(signo) === 'stop') {
    flushGroup(k, task, CONT_SIGNAL);
  } else if (signo === SIGCONT) {
    flushGroup(k, task, STOP_SIGNALS);
    continueGroup(k, task);
  }
  return !sigIgnored(task, signo, forced);
}

function flushGroup(k: Kernel, task: Task, signals: Sigset): void {
  flushSignals(task.signal.sharedPending, signals);
  for (const thread of threadsOf(k, task)) flushSignals(thread.pending, signals);
}

function continueGroup(k: Kernel, task: Task): void {
  const { signal } = task;
  if (signal.stopSignal === 0) return;
  const why = isGroupStopped(k, task) ? CLD_CONTINUED : CLD_STOPPED;
  const stopSignal = signal.stopSignal;
  signal.stopSignal = 0;
  signal.stopReported = false;
  signal.continuedUnreported = true;
  for (const thread of threadsOf(k, task)) {
    wakeStopped(k, thread);
    if (thread.ptrace) ptraceTrapNotify(k, thread, thread.ptrace);
  }
  notifyParentStopOrContinue(k, task, why, why === CLD_CONTINUED ? SIGCONT : stopSignal);
}

/** Linux: sig_ignored(). What is blocked is kept: a handler may be set before it is unblocked. */
export function sigIgnored(task: Task, signo: number, forced = false): boolean {
  if (sigismember(task.blocked, signo) || sigismember(realBlocked(task), signo)) return false;
  // A tracer may want to know of it.
  if (task.ptrace && signo !== SIGKILL) return false;
  const spared = task.signal.unkillable && handlerOf(task, signo) === SIG_DFL;
  if (spared && !(forced && isKernelOnly(signo))) return true;
  return sigIgnoredIfUnblocked(task, signo);
}

/** No handler can be set for it. Linux: sig_kernel_only(). */
export function isKernelOnly(signo: number): boolean {
  return signo === SIGKILL || signo === SIGSTOP;
}

/** Linux: sig_handler_ignored(). */
export function sigIgnoredIfUnblocked(task: Task, signo: number): boolean {
  const handler = handlerOf(task, signo);
  return handler === SIG_IGN || (handler === SIG_DFL && ignoredByDefault(signo));
}

/** The mask that rt_sigtimedwait has set aside while it sleeps. Linux: task->real_blocked. */
export function realBlocked(task: Task): Sigset {
  const resume = task.inSyscall?.resume;
  if (resume?.kind !== 'rt_sigtimedwait') return { lo: 0, hi: 0 };
  return { lo: Number(resume.blockedLo), hi: Number(resume.blockedHi) };
}

/** Linux: wants_signal(). */
function wantsSignal(k: Kernel, task: Task, signo: number): boolean {
  if (sigismember(task.blocked, signo)) return false;
  if (task.state === 'zombie' || task.state === 'dead') return false;
  if (signo === SIGKILL) return true;
  if (task.state === 'stopped' || task.state === 'traced') return false;
  return k.state.current === task.pid || !task.sigPending;
}

/** The thread that takes the signal: the one that it was sent to, else for the group's signals the next that wants it. */
function takerOf(k: Kernel, task: Task, signo: number, group: boolean): Task | undefined {
  if (wantsSignal(k, task, signo)) return task;
  if (!group) return undefined;
  const threads = threadsOf(k, task);
  const first = Math.max(0, task.signal.threads.indexOf(task.signal.currTarget));
  const taker = [...threads.slice(first), ...threads.slice(0, first)].find((one) => wantsSignal(k, one, signo));
  if (taker) task.signal.currTarget = taker.pid;
  return taker;
}

/** Choose the thread that takes the signal, and wake it; a fatal one condemns the group at once. Linux: complete_signal(). */
function completeSignal(k: Kernel, task: Task, signo: number, group: boolean): void {
  const taker = takerOf(k, task, signo, group);
  if (!taker) return;
  const hidden = taker.ptrace !== null && signo !== SIGKILL;
  if (!hidden && isFatal(task, signo) && !sigismember(realBlocked(taker), signo) && defaultAction(signo) !== 'core') {
    condemnGroup(k, taker, signo);
    return;
  }
  signalWakeUp(k, taker, signo === SIGKILL);
}

/** Linux: sig_fatal(). */
function isFatal(task: Task, signo: number): boolean {
  if (ignoredByDefault(signo) || defaultAction(signo) === 'stop') return false;
  return handlerOf(task, signo) === SIG_DFL;
}

/** No handler and no core dump: the group dies as soon as its threads run, whatever they sleep in. */
function condemnGroup(k: Kernel, taker: Task, signo: number): void {
  taker.signal.groupExit = true;
  taker.signal.groupExitCode = signo;
  taker.signal.stopSignal = 0;
  sigaddset(taker.pending.set, SIGKILL);
  signalWakeUp(k, taker, true);
  zapOtherThreads(k, taker);
}

/** SIGCHLD for a stop or continuation; wait4 wakes in any case. Linux: do_notify_parent_cldstop(). */
export function notifyParentStopOrContinue(k: Kernel, task: Task, why: number, status: number): void {
  const leader = k.state.tasks.get(task.tgid) ?? task;
  const parent = k.state.tasks.get(leader.realParent);
  if (!parent) return;
  const action = parent.sighand.action[SIGCHLD];
  const silent = action?.handler === SIG_IGN || ((action?.flags ?? 0) & SA_NOCLDSTOP) !== 0;
  if (!silent) {
    const pid = pidVnr(parent, leader.pid);
    const utime = Math.floor(groupCpuNs(k, leader) / TICK_NS);
    sendSignalGroup(k, parent, {
      signo: SIGCHLD,
      errno: 0,
      code: why,
      pid,
      uid: leader.cred.uid,
      status,
      utime,
      stime: 0,
    });
  }
  wakeUp(k, `child:${parent.tgid}`);
}

/** Siblings take the group's signals that this thread has just blocked. Linux: retarget_shared_pending(). */
export function retargetSharedPending(k: Kernel, task: Task, newlyBlocked: Sigset): void {
  const moved = sigandsets(task.signal.sharedPending.set, newlyBlocked);
  if (sigisemptyset(moved)) return;
  for (const thread of threadsOf(k, task)) {
    if (thread === task || thread.sigPending) continue;
    if (!sigisemptyset(sigandnsets(moved, thread.blocked))) signalWakeUp(k, thread, false);
  }
}
