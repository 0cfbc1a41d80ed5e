import { EIO, EPERM, ESRCH } from '../abi/errno.ts';
import { PTRACE_EVENT_CLONE, PTRACE_EVENT_FORK, PTRACE_EVENT_VFORK, PTRACE_O_EXITKILL } from '../abi/ptrace.ts';
import { CLONE_PTRACE, CLONE_UNTRACED, CLONE_VFORK } from '../abi/sched.ts';
import { SI_KERNEL, SIGCHLD, SIGKILL, SIGSTOP } from '../abi/signal.ts';
import { doExit } from '../exit.ts';
import { ptraceMayAccess } from '../ptrace/access.ts';
import { validSignal } from '../signal/action.ts';
import { recalcSigpending } from '../signal/pending.ts';
import { sendSignal } from '../signal/send.ts';
import { signalWakeUp, wakeStopped } from '../signal/wake.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { reapTracee } from './reap.ts';
import { ptraceEventEnabled, wakeTraced } from './stop.ts';
import type { Ptrace } from './types.ts';

/** Who traces whom. Linux: kernel/ptrace.c. */

function newPtrace(task: Task, tracer: Task, seized: boolean, options: number): Ptrace {
  return {
    tracer: tracer.pid,
    seized,
    options,
    resume: 'cont',
    stop: null,
    message: 0,
    trapStop: false,
    trapNotify: false,
    listening: false,
    groupStop: 0,
    deliver: null,
    callIsa: task.isa,
    exitCode: -1,
  };
}

/** Linux: ptrace_link(). */
function link(task: Task, tracer: Task, seized: boolean, options: number): Ptrace {
  task.ptrace = newPtrace(task, tracer, seized, options);
  tracer.ptraced.push(task.pid);
  return task.ptrace;
}

/** The tracee is on its own again, in the state in which it would be without a tracer. Linux: __ptrace_unlink(). */
export function ptraceUnlink(k: Kernel, task: Task): void {
  const { ptrace } = task;
  const tracer = k.state.tasks.get(ptrace?.tracer ?? 0);
  if (tracer) tracer.ptraced = tracer.ptraced.filter((pid) => pid !== task.pid);
  task.ptrace = null;
  if (task.state === 'zombie' || task.state === 'dead') return;
  recalcSigpending(task);
  wakeTraced(k, task);
}

/** The task has another pid: its tracer and its tracees know it by that. */
export function ptraceRenamed(k: Kernel, task: Task, oldPid: number): void {
  const tracer = k.state.tasks.get(task.ptrace?.tracer ?? 0);
  if (tracer) tracer.ptraced = tracer.ptraced.map((pid) => (pid === oldPid ? task.pid : pid));
  for (const pid of task.ptraced) {
    const tracee = k.state.tasks.get(pid);
    if (tracee?.ptrace) tracee.ptrace.tracer = task.pid;
  }
}

/** PTRACE_TRACEME: by the parent. Linux: ptrace_traceme(). */
export function ptraceTraceme(k: Kernel, task: Task): number {
  const parent = k.state.tasks.get(task.realParent);
  if (task.ptrace || !parent || parent.state === 'zombie') return -EPERM;
  link(task, parent, false, 0);
  return 0;
}

/** PTRACE_ATTACH and, with `options`, PTRACE_SEIZE. Linux: ptrace_attach(). */
export function ptraceAttach(k: Kernel, tracer: Task, task: Task, seized: boolean, options: number): number {
  if (task.tgid === tracer.tgid || !ptraceMayAccess(tracer, task) || task.ptrace) return -EPERM;
  if (task.state === 'zombie' || task.state === 'dead') return -EPERM;
  const ptrace = link(task, tracer, seized, options);
  if (!seized) sendSignal(k, task, { signo: SIGSTOP, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  // A stopped task becomes a traced one.
  if (task.state === 'stopped') {
    ptrace.trapStop = true;
    wakeStopped(k, task);
    task.sigPending = true;
  }
  return 0;
}

/** PTRACE_EVENT_* that a fork would be told by, 0 when not. Linux: kernel_clone(). */
export function cloneEvent(task: Task, flags: number, exitSignal: number): number {
  if (!task.ptrace || flags & CLONE_UNTRACED) return 0;
  const event =
    flags & CLONE_VFORK ? PTRACE_EVENT_VFORK : exitSignal === SIGCHLD ? PTRACE_EVENT_FORK : PTRACE_EVENT_CLONE;
  return ptraceEventEnabled(task, event) ? event : 0;
}

/** A new task of a traced one: the tracer's too, and stopped, when asked for. Linux: ptrace_init_task(). */
export function ptraceInitTask(k: Kernel, parent: Task, child: Task, event: number, flags: number): void {
  child.ptrace = null;
  child.ptraced = [];
  const tracer = k.state.tasks.get(parent.ptrace?.tracer ?? 0);
  if (!parent.ptrace || !tracer || (event === 0 && (flags & CLONE_PTRACE) === 0)) return;
  const { seized, options } = parent.ptrace;
  const ptrace = link(child, tracer, seized, options);
  if (seized) ptrace.trapStop = true;
  else sendSignal(k, child, { signo: SIGSTOP, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  child.sigPending = true;
}

/** PTRACE_DETACH. Linux: ptrace_detach(). */
export function ptraceDetach(k: Kernel, task: Task, signo: number): number {
  const { ptrace } = task;
  if (!ptrace) return -ESRCH;
  if (signo !== 0 && !validSignal(signo)) return -EIO;
  const { stop } = ptrace;
  ptraceUnlink(k, task);
  if (ptrace.exitCode >= 0 && task.state !== 'zombie') doExit(k, task, ptrace.exitCode);
  else if (signo !== 0 && stop && stop.kind !== 'event' && stop.kind !== 'trap') {
    const told = stop.info?.signo === signo ? stop.info : null;
    sendSignal(k, task, told ?? { signo, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  }
  return 0;
}

/** A tracer exits: its tracees are let go, or killed with PTRACE_O_EXITKILL. Linux: exit_ptrace(). */
export function exitPtrace(k: Kernel, tracer: Task): void {
  for (const pid of [...tracer.ptraced]) {
    const task = k.state.tasks.get(pid);
    if (!task?.ptrace) continue;
    const { options, exitCode } = task.ptrace;
    if (options & PTRACE_O_EXITKILL && task.state !== 'zombie') {
      sendSignal(k, task, { signo: SIGKILL, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
    }
    if (task.state === 'zombie') reapTracee(k, tracer, task);
    else {
      ptraceUnlink(k, task);
      if (exitCode >= 0) doExit(k, task, exitCode);
    }
  }
  tracer.ptraced = [];
}

/** PTRACE_INTERRUPT: trap wherever the task is, without a signal. Linux: ptrace_request(). */
export function ptraceInterrupt(k: Kernel, task: Task): number {
  const { ptrace } = task;
  if (!ptrace?.seized) return -EIO;
  ptrace.trapStop = true;
  if (ptrace.listening) wakeTraced(k, task);
  else signalWakeUp(k, task, false);
  return 0;
}

/** PTRACE_LISTEN: stay in the group stop, but tell when it ends. Linux: ptrace_request(). */
export function ptraceListen(k: Kernel, task: Task): number {
  const { ptrace } = task;
  if (!ptrace?.seized || ptrace.stop?.kind !== 'trap') return -EIO;
  ptrace.listening = true;
  if (ptrace.trapNotify || ptrace.trapStop) wakeTraced(k, task);
  return 0;
}

/** A seized task hears that its group has been continued. Linux: ptrace_trap_notify(). */
export function ptraceTrapNotify(k: Kernel, task: Task, ptrace: Ptrace): void {
  ptrace.groupStop = 0;
  if (!ptrace.seized) return;
  ptrace.trapNotify = true;
  if (ptrace.listening) wakeTraced(k, task);
  else signalWakeUp(k, task, false);
}
