import { CLD_STOPPED } from '../abi/signal.ts';
import { leaveWaitQueues, removeFromRunQueue } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { recalcSigpending } from './pending.ts';
import { notifyParentStopOrContinue } from './send.ts';
import { isGroupStopped, signalWakeUp, threadsOf } from './wake.ts';

/** Job control: stops and continuations of whole thread groups. */

/** The group is to stop: every thread as soon as it looks for signals. */
export function beginGroupStop(k: Kernel, task: Task, signo: number): void {
  const { signal } = task;
  if (signal.stopSignal !== 0) return;
  signal.stopSignal = signo;
  signal.stopReported = true;
  for (const thread of threadsOf(k, task)) if (thread !== task) signalWakeUp(k, thread, false);
}

/**
 * Stop this thread, and have its siblings stop when they next look for signals; the last one tells the parent.
 * Linux: do_signal_stop().
 */
export function doSignalStop(k: Kernel, task: Task, signo: number): void {
  const { signal } = task;
  beginGroupStop(k, task, signo);
  leaveWaitQueues(k, task);
  removeFromRunQueue(k, task);
  task.state = 'stopped';
  recalcSigpending(task);
  k.trace?.event({ kind: 'stopped', task, signal: signal.stopSignal });
  if (isGroupStopped(k, task)) completeGroupStop(k, task);
}

/** The last thread has stopped, or has exited beside stopped ones. Linux: task_participate_group_stop(). */
export function completeGroupStop(k: Kernel, task: Task): void {
  const { signal } = task;
  signal.stopReported = false;
  signal.continuedUnreported = false;
  notifyParentStopOrContinue(k, task, CLD_STOPPED, signal.stopSignal);
}
