import { PTRACE_EVENT_EXEC, PTRACE_EVENT_EXIT, PTRACE_EVENT_STOP } from '../abi/ptrace.ts';
import {
  CLD_STOPPED,
  CLD_TRAPPED,
  SA_NOCLDSTOP,
  SI_KERNEL,
  SI_USER,
  SIG_IGN,
  SIGCHLD,
  SIGTRAP,
} from '../abi/signal.ts';
import { pidVnr } from '../pid.ts';
import { enqueue, leaveWaitQueues, removeFromRunQueue, wakeUp } from '../sched.ts';
import { recalcSigpending } from '../signal/pending.ts';
import { fatalSignalPending, sendSignal, sendSignalGroup } from '../signal/send.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Task } from '../task.ts';
import { trapPending } from './trap.ts';
import type { Ptrace, StopKind } from './types.ts';

/** Stopping for the tracer, and going on. Linux: kernel/signal.c ptrace_stop(), include/linux/ptrace.h. */

const TICK_NS = 10_000_000;

/**
 * Stop `task` until its tracer sets it going. What it does then follows from `kind`; a system call's handler runs again. Returns
 * false, without a stop, when the task is dying. Linux: ptrace_stop().
 */
export function ptraceStop(k: Kernel, task: Task, kind: StopKind, code: number, info: SigInfo | null): boolean {
  const { ptrace } = task;
  if (!ptrace || fatalSignalPending(task)) return false;
  ptrace.stop = { kind, code, info };
  ptrace.listening = false;
  leaveWaitQueues(k, task);
  removeFromRunQueue(k, task);
  task.state = 'traced';
  tellTracer(k, task, info === null ? CLD_STOPPED : CLD_TRAPPED, code & 0x7f);
  return true;
}

/** SIGCHLD to the tracer's process, and its waits wake. Linux: do_notify_parent_cldstop(…, for_ptracer = true). */
function tellTracer(k: Kernel, task: Task, why: number, status: number): void {
  const tracer = k.state.tasks.get(task.ptrace?.tracer ?? 0);
  if (!tracer) return;
  const action = tracer.sighand.action[SIGCHLD];
  const silent = action?.handler === SIG_IGN || ((action?.flags ?? 0) & SA_NOCLDSTOP) !== 0;
  if (!silent) {
    const who = { pid: pidVnr(tracer, task.pid), uid: task.cred.uid };
    const utime = Math.floor(task.retired / TICK_NS);
    sendSignalGroup(k, tracer, { signo: SIGCHLD, errno: 0, code: why, ...who, status, utime, stime: 0 });
  }
  wakeUp(k, `child:${tracer.tgid}`);
}

/** siginfo of a stop that is no signal. Linux: ptrace_do_notify(). */
function notifyInfo(task: Task, code: number): SigInfo {
  return { signo: SIGTRAP, errno: 0, code, pid: pidVnr(task, task.pid), uid: task.cred.uid };
}

/** A stop that carries a message. Linux: ptrace_notify(). */
export function ptraceNotify(k: Kernel, task: Task, kind: StopKind, code: number, message: number): boolean {
  if (task.ptrace) task.ptrace.message = message;
  return ptraceStop(k, task, kind, code, notifyInfo(task, code));
}

/** Linux: ptrace_event_enabled(). Options stand at the bit of their event. */
export function ptraceEventEnabled(task: Task, event: number): boolean {
  return task.ptrace !== null && (task.ptrace.options & (1 << event)) !== 0;
}

/**
 * PTRACE_EVENT_*, when the tracer has asked for it. Returns whether the task has stopped. An execve that nobody has asked about is
 * told by a plain SIGTRAP, unless the task was seized. Linux: ptrace_event().
 */
export function ptraceEvent(k: Kernel, task: Task, event: number, message: number): boolean {
  if (ptraceEventEnabled(task, event)) return ptraceNotify(k, task, 'event', (event << 8) | SIGTRAP, message);
  if (event === PTRACE_EVENT_EXEC && task.ptrace && !task.ptrace.seized) {
    sendSignal(k, task, { signo: SIGTRAP, errno: 0, code: SI_USER, pid: pidVnr(task, task.tgid), uid: task.cred.uid });
  }
  return false;
}

/** An event whose message is a pid, as the tracer numbers it. Linux: ptrace_event_pid(). */
export function ptraceEventPid(k: Kernel, task: Task, event: number, pid: number): boolean {
  return ptraceEvent(k, task, event, tracerNr(k, task, pid));
}

/** The number of `pid` as the task's tracer sees it; 0 without a tracer. */
export function tracerNr(k: Kernel, task: Task, pid: number): number {
  const tracer = k.state.tasks.get(task.ptrace?.tracer ?? 0);
  return tracer ? pidVnr(tracer, pid) : 0;
}

/**
 * do_exit of a traced task: whether it stops for PTRACE_EVENT_EXIT first. `exitCode` is kept, and the exit goes on with it when
 * the task is resumed.
 */
export function ptraceEventExit(k: Kernel, task: Task, exitCode: number): boolean {
  const { ptrace } = task;
  if (!ptrace || ptrace.exitCode >= 0) return false;
  if (!ptraceEventEnabled(task, PTRACE_EVENT_EXIT)) return false;
  ptrace.exitCode = exitCode;
  ptrace.message = exitCode;
  // The group may have been condemned by a SIGKILL: this stop comes all the same.
  const code = (PTRACE_EVENT_EXIT << 8) | SIGTRAP;
  const { pending } = task;
  task.pending = { set: { lo: 0, hi: 0 }, queue: [] };
  const stopped = ptraceStop(k, task, 'event', code, notifyInfo(task, code));
  task.pending = pending;
  return stopped;
}

/**
 * The trap of a group stop, PTRACE_INTERRUPT, PTRACE_LISTEN or a new auto-attached task. Returns whether the task has stopped.
 * Linux: do_jobctl_trap(), with do_signal_stop() of a traced task.
 */
export function doJobctlTrap(k: Kernel, task: Task, ptrace: Ptrace): boolean {
  const { stopSignal } = task.signal;
  if (!trapPending(task) || (ptrace.deliver && !ptrace.trapStop && !ptrace.trapNotify)) return false;
  ptrace.trapStop = false;
  ptrace.trapNotify = false;
  ptrace.groupStop = stopSignal;
  if (!ptrace.seized) return ptraceStop(k, task, 'trap', stopSignal === 0 ? SIGTRAP : stopSignal, null);
  const signo = stopSignal === 0 ? SIGTRAP : stopSignal;
  return ptraceNotify(k, task, 'trap', (PTRACE_EVENT_STOP << 8) | signo, 0);
}

/** Have the task run again, and look for signals first. */
export function wakeTraced(k: Kernel, task: Task): void {
  if (task.state !== 'traced') return;
  task.state = 'running';
  task.sigPending = true;
  enqueue(k, task);
}

/** PTRACE_CONT and its kin: `signo` is what the tracer wants delivered. Linux: ptrace_resume(). */
export function ptraceResume(k: Kernel, task: Task, ptrace: Ptrace, signo: number): void {
  const { stop } = ptrace;
  ptrace.stop = null;
  ptrace.message = 0;
  if (stop?.kind === 'signal') ptrace.deliver = chosenSignal(k, task, stop.info, signo);
  else if (signo !== 0 && (stop?.kind === 'syscall-entry' || stop?.kind === 'syscall-exit')) {
    sendSignal(k, task, { signo, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  }
  wakeTraced(k, task);
  // In the middle of a call it is no signal.
  if (stop?.kind === 'syscall-entry' || stop?.kind === 'event') recalcSigpending(task);
}

/** What is delivered behind a signal-delivery-stop; another signal than the one told comes from the tracer. Linux: ptrace_signal(). */
function chosenSignal(k: Kernel, task: Task, told: SigInfo | null, signo: number): SigInfo | null {
  if (signo === 0) return null;
  if (told?.signo === signo) return told;
  const tracer = k.state.tasks.get(task.ptrace?.tracer ?? 0);
  return { signo, errno: 0, code: SI_USER, pid: pidVnr(task, tracer?.tgid ?? 0), uid: tracer?.cred.uid ?? 0 };
}
