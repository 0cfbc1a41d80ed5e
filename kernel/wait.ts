import { ECHILD, EINVAL, ERESTARTSYS, ESRCH } from './abi/errno.ts';
import {
  CLD_CONTINUED,
  CLD_DUMPED,
  CLD_EXITED,
  CLD_KILLED,
  CLD_STOPPED,
  CLD_TRAPPED,
  SIGCHLD,
  SIGCONT,
} from './abi/signal.ts';
import {
  __WALL,
  __WCLONE,
  __WNOTHREAD,
  CONTINUED_STATUS,
  P_ALL,
  P_PGID,
  P_PID,
  stoppedStatus,
  WCONTINUED,
  WEXITED,
  WNOHANG,
  WNOWAIT,
  WUNTRACED,
} from './abi/wait.ts';
import { releaseTask } from './exit.ts';
import { findVpid, pidVnr } from './pid.ts';
import { isReparented, reapTracee } from './ptrace/reap.ts';
import type { Ptrace } from './ptrace/types.ts';
import { isGroupDead } from './reparent.ts';
import { accountReaped, type Usage, wholeUsage } from './rusage.ts';
import { signalPending, sleepOn } from './sched.ts';
import { threadsOf } from './signal/wake.ts';
import type { Kernel } from './state.ts';
import type { SigInfo, Task } from './task.ts';

/** What a wait call looks for. `pid` means a pid or a process group, by `type`, in the kernel's numbers. */
export interface WaitOptions {
  type: number;
  pid: number;
  options: number;
}

/** A child with news. `status` is wait4's form, `info` waitid's. */
export interface WaitResult {
  child: Task;
  status: number;
  info: SigInfo;
  /** Of the child, and the children that it has waited for. */
  usage: Usage;
}

/**
 * Look for a child with news: a result, 0 (WNOHANG and none yet), a negative errno, or SLEEP.
 * Linux: kernel/exit.c do_wait().
 */
export function doWait(k: Kernel, task: Task, wo: WaitOptions): WaitResult | number {
  let hasChild = false;
  const alone = wo.options & __WNOTHREAD || task.signal.threads.length === 1;
  const parents = alone ? [task] : [task, ...threadsOf(k, task).filter((thread) => thread !== task)];
  for (const { children } of parents) {
    for (const pid of children) {
      const child = k.state.tasks.get(pid);
      if (!child || !eligibleChild(child, wo)) continue;
      hasChild = true;
      const result = waitConsiderTask(k, task, child, wo);
      if (result) return result;
    }
  }
  for (const { ptraced } of parents) {
    for (const pid of ptraced) {
      const tracee = k.state.tasks.get(pid);
      if (!tracee?.ptrace || !eligiblePid(tracee, wo)) continue;
      hasChild = true;
      const tracer = k.state.tasks.get(tracee.ptrace.tracer) ?? task;
      const result = waitConsiderTracee(k, tracer, tracee, tracee.ptrace, wo);
      if (result) return result;
    }
  }
  if (!hasChild) return -ECHILD;
  if (wo.options & WNOHANG) return 0;
  if (signalPending(task)) return -ERESTARTSYS;
  return sleepOn(k, task, [`child:${task.tgid}`]);
}

/** Linux: eligible_child(), eligible_pid(). */
function eligibleChild(child: Task, wo: WaitOptions): boolean {
  if (!eligiblePid(child, wo)) return false;
  if (wo.options & __WALL) return true;
  const isClone = child.exitSignal !== SIGCHLD;
  return isClone === ((wo.options & __WCLONE) !== 0);
}

function eligiblePid(child: Task, wo: WaitOptions): boolean {
  if (wo.type === P_PID && child.pid !== wo.pid) return false;
  return wo.type !== P_PGID || child.signal.pgrp === wo.pid;
}

function waitConsiderTask(k: Kernel, parent: Task, child: Task, wo: WaitOptions): WaitResult | null {
  const peek = (wo.options & WNOWAIT) !== 0;
  // A tracer has its end, and the stops for it, first.
  if (child.ptrace && (child.state === 'zombie' || !isReparented(k, child))) return null;
  // A leader whose threads live on is not dead yet.
  if (child.state === 'zombie' && isGroupDead(child)) {
    if ((wo.options & WEXITED) === 0) return null;
    const ended = exitNews(k, parent, child);
    if (!peek) reap(k, parent, ended);
    return ended;
  }
  const { signal } = child;
  if (wo.options & WUNTRACED && signal.stopSignal !== 0 && !signal.stopReported) {
    if (!peek) signal.stopReported = true;
    return news(k, parent, child, CLD_STOPPED, signal.stopSignal, stoppedStatus(signal.stopSignal));
  }
  if (wo.options & WCONTINUED && signal.continuedUnreported) {
    if (!peek) signal.continuedUnreported = false;
    return news(k, parent, child, CLD_CONTINUED, SIGCONT, CONTINUED_STATUS);
  }
  return null;
}

/** What `waiter` is told: si_code and si_status, and the status as wait4 gives it. */
function news(k: Kernel, waiter: Task, child: Task, code: number, siStatus: number, status: number): WaitResult {
  const pid = pidVnr(waiter, child.pid);
  const info = { signo: SIGCHLD, errno: 0, code, pid, uid: child.cred.uid, status: siStatus };
  return { child, usage: wholeUsage(k, child), status, info };
}

function exitNews(k: Kernel, waiter: Task, child: Task): WaitResult {
  const exit = child.exitCode;
  const code = exit & 0x80 ? CLD_DUMPED : exit & 0x7f ? CLD_KILLED : CLD_EXITED;
  const status = exit & 0x7f ? exit & 0x7f : (exit >>> 8) & 0xff;
  return news(k, waiter, child, code, status, exit);
}

/**
 * A task that this thread traces: its stops are told whatever the options are, and its end before the parent's wait.
 * Linux: wait_consider_task() with ptrace set, wait_task_stopped().
 */
function waitConsiderTracee(k: Kernel, tracer: Task, tracee: Task, ptrace: Ptrace, wo: WaitOptions): WaitResult | null {
  const peek = (wo.options & WNOWAIT) !== 0;
  if (tracee.state === 'zombie' && (tracee.pid !== tracee.tgid || isGroupDead(tracee))) {
    if ((wo.options & WEXITED) === 0) return null;
    const ended = exitNews(k, tracer, tracee);
    if (!peek) {
      const reparented = isReparented(k, tracee);
      reapTracee(k, tracer, tracee);
      if (!reparented && k.state.tasks.has(tracee.pid)) reap(k, tracer, ended);
    }
    return ended;
  }
  const { stop } = ptrace;
  if (!stop || stop.code === 0 || ptrace.listening) return null;
  const status = stop.code;
  if (!peek) stop.code = 0;
  return news(k, tracer, tracee, CLD_TRAPPED, status, (status << 8) | 0x7f);
}

/** Linux: wait_task_zombie(). */
function reap(k: Kernel, parent: Task, { child, usage }: WaitResult): void {
  accountReaped(parent, usage);
  releaseTask(k, child);
}

const WAIT4_OPTIONS = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL;

/** wait4's and waitpid's arguments, or -EINVAL. Linux: kernel_wait4(). */
export function wait4Options(task: Task, pid: number, options: number): WaitOptions | number {
  if (options & ~WAIT4_OPTIONS) return -EINVAL;
  // It has no negative.
  if (pid === -0x8000_0000) return -ESRCH;
  const all = options | WEXITED;
  if (pid === -1) return { type: P_ALL, pid: 0, options: all };
  if (pid < 0) return { type: P_PGID, pid: findVpid(task, -pid), options: all };
  if (pid === 0) return { type: P_PGID, pid: task.signal.pgrp, options: all };
  return { type: P_PID, pid: findVpid(task, pid), options: all };
}
