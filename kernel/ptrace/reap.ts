import { SIGCHLD } from '../abi/signal.ts';
import { doNotifyParent, exitSignalFor, releaseTask } from '../exit.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { ptraceUnlink } from './link.ts';

/** The end of a traced task: first the tracer waits for it, then its parent. Linux: kernel/exit.c, kernel/ptrace.c. */

/** The tracer is another process than the parent. Linux: ptrace_reparented(). */
export function isReparented(k: Kernel, task: Task): boolean {
  const tracer = k.state.tasks.get(task.ptrace?.tracer ?? 0);
  const parent = k.state.tasks.get(task.realParent);
  return tracer !== undefined && tracer.tgid !== parent?.tgid;
}

/** A traced task has ended: whose SIGCHLD it is. Never reaps. Linux: exit_notify(), the ptrace part. */
export function notifyTracerOfExit(k: Kernel, task: Task): void {
  const tracer = k.state.tasks.get(task.ptrace?.tracer ?? 0);
  if (!tracer) return;
  const own = task.pid === task.tgid && !isReparented(k, task);
  const signo = own ? exitSignalFor(tracer, task) : SIGCHLD;
  doNotifyParent(k, tracer, task, signo);
}

/** The tracer has waited for a dead tracee, or dies itself: now it is its parent's. Linux: wait_task_zombie(), __ptrace_detach(). */
export function reapTracee(k: Kernel, tracer: Task, task: Task): void {
  const reparented = isReparented(k, task);
  ptraceUnlink(k, task);
  if (task.pid !== task.tgid) {
    releaseTask(k, task);
    return;
  }
  const parent = k.state.tasks.get(task.realParent);
  if (!reparented && parent?.tgid === tracer.tgid) return;
  if (!parent || doNotifyParent(k, parent, task)) releaseTask(k, task);
}
