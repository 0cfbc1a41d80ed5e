import { SI_USER, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP } from '../abi/signal.ts';
import { trapPending } from '../ptrace/trap.ts';
import type { SigInfo, SigPending, Sigset, Task } from '../task.ts';
import {
  lowestSignal,
  sigandnsets,
  sigandsets,
  sigdelset,
  sigisemptyset,
  sigismember,
  sigmask,
  sigorsets,
} from './sigset.ts';

/** Queues of pending signals. */

/** Signals that an instruction causes: they come first. Linux: SYNCHRONOUS_MASK. */
const SYNCHRONOUS = sigmask(SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS);

/** Linux: kernel/signal.c next_signal(). 0 when every pending signal is blocked. */
export function nextSignal(pending: SigPending, blocked: Sigset): number {
  const ready = sigandnsets(pending.set, blocked);
  const synchronous = sigandsets(ready, SYNCHRONOUS);
  return lowestSignal(sigisemptyset(synchronous) ? ready : synchronous);
}

/** Take the oldest of this number out of the queue. Linux: collect_signal(). */
export function collectSignal(pending: SigPending, signo: number): SigInfo {
  const at = pending.queue.findIndex((info) => info.signo === signo);
  const [found] = at < 0 ? [] : pending.queue.splice(at, 1);
  if (!pending.queue.some((info) => info.signo === signo)) sigdelset(pending.set, signo);
  // SIGKILL is never queued, only marked.
  return found ?? { signo, errno: 0, code: SI_USER, pid: 0, uid: 0 };
}

/** The next signal to act on, or null. Linux: dequeue_signal(). */
export function dequeueSignal(task: Task, blocked: Sigset): SigInfo | null {
  for (const pending of [task.pending, task.signal.sharedPending]) {
    const signo = nextSignal(pending, blocked);
    if (signo === 0) continue;
    const info = collectSignal(pending, signo);
    recalcSigpending(task);
    return info;
  }
  return null;
}

/** A fault of the thread itself, before anything sent to it. Linux: dequeue_synchronous_signal(). */
export function dequeueSynchronousSignal(task: Task): SigInfo | null {
  const { pending } = task;
  const ready = sigandnsets(sigandsets(pending.set, SYNCHRONOUS), task.blocked);
  if (sigisemptyset(ready)) return null;
  const at = pending.queue.findIndex((info) => info.code > SI_USER && sigismember(ready, info.signo));
  const [found] = at < 0 ? [] : pending.queue.splice(at, 1);
  if (!found) return null;
  if (!pending.queue.some((info) => info.signo === found.signo)) sigdelset(pending.set, found.signo);
  recalcSigpending(task);
  return found;
}

/** Forget queued signals. Linux: flush_sigqueue_mask(). */
export function flushSignals(pending: SigPending, signals: Sigset): void {
  pending.set = sigandnsets(pending.set, signals);
  pending.queue = pending.queue.filter((info) => !sigismember(signals, info.signo));
}

/** Pending for this thread, blocked or not. */
export function pendingSet(task: Task): Sigset {
  return sigorsets(task.pending.set, task.signal.sharedPending.set);
}

/** TIF_SIGPENDING anew, from the queues and a stop under way. Linux: recalc_sigpending_tsk(). */
export function recalcSigpending(task: Task): void {
  const stopUnderWay = task.ptrace ? trapPending(task) : task.signal.stopSignal !== 0 && task.state !== 'stopped';
  task.sigPending = stopUnderWay || !sigisemptyset(sigandnsets(pendingSet(task), task.blocked));
}
