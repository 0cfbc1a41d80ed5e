import { epollCallback } from './fs/eventpoll.ts';
import { removeFrom } from './list.ts';
import type { Kernel } from './state.ts';
import { SLEEP } from './syscalls/row.ts';
import type { Task, TaskState } from './task.ts';

/** Virtual time since the machine's start, in ns: one instruction is 1 ns, and sleeping skips ahead. */
export function nowNs(k: Kernel): number {
  return k.state.t + k.state.skippedNs;
}

/** Under real time the clock is the host's, unless the instructions are ahead of it. */
export function followHostClock(k: Kernel): void {
  if (!k.clock.hostNs) return;
  const behindNs = Math.floor(k.clock.hostNs()) - nowNs(k);
  if (behindNs > 0) k.state.skippedNs += behindNs;
}

/** The task whose registers the CPU holds; throws when there is none, which is our own fault. */
export function currentTask(k: Kernel): Task {
  const task = k.state.tasks.get(k.state.current);
  if (!task) throw new Error('no current task');
  return task;
}

/**
 * Put the task to sleep on the named wait queues, until `wakeUp` on one of them, the deadline, or a signal as `state`
 * allows. Returns SLEEP for the handler to return: the handler runs again from its start when the task wakes, so it
 * checks its condition anew (waking early is allowed).
 */
export function sleepOn(
  k: Kernel,
  task: Task,
  channels: string[],
  { deadlineNs = Infinity, state = 'interruptible' as TaskState } = {},
): number {
  task.state = state;
  task.nvcsw++;
  task.waitingFor = { channels, deadlineNs };
  for (const name of channels) {
    const queue = k.state.waitQueues.get(name);
    if (queue) queue.push(task.pid);
    else k.state.waitQueues.set(name, [task.pid]);
  }
  if (deadlineNs !== Infinity) k.state.sleepers.push(task.pid);
  removeFromRunQueue(k, task);
  return SLEEP;
}

/**
 * Wake every task that sleeps on the channel, oldest first, and tell the epolls that watch it. `pollMask`: the POLL* that have
 * come, 0 when any may have. Linux: kernel/sched/wait.c __wake_up().
 */
export function wakeUp(k: Kernel, channel: string, pollMask = 0): void {
  if (k.state.epollQueues.size > 0) epollCallback(k, channel, pollMask);
  const queue = k.state.waitQueues.get(channel);
  if (!queue) return;
  for (const pid of [...queue]) {
    const task = k.state.tasks.get(pid);
    if (task) wakeUpTask(k, task);
  }
}

/** Linux: try_to_wake_up(). A task that does not sleep stays as it is. */
export function wakeUpTask(k: Kernel, task: Task): void {
  leaveWaitQueues(k, task);
  if (task.state !== 'interruptible' && task.state !== 'killable' && task.state !== 'uninterruptible') return;
  task.state = 'running';
  enqueue(k, task);
}

export function leaveWaitQueues(k: Kernel, task: Task): void {
  const waiting = task.waitingFor;
  if (!waiting) return;
  task.waitingFor = null;
  for (const name of waiting.channels) {
    const queue = k.state.waitQueues.get(name);
    if (!queue) continue;
    const rest = queue.filter((pid) => pid !== task.pid);
    if (rest.length > 0) k.state.waitQueues.set(name, rest);
    else k.state.waitQueues.delete(name);
  }
  if (waiting.deadlineNs !== Infinity) k.state.sleepers = k.state.sleepers.filter((pid) => pid !== task.pid);
}

/** Real-time tasks come before all others, by priority; equals take turns. Linux: enqueue_task(). */
export function enqueue(k: Kernel, task: Task): void {
  const { runQueue, tasks } = k.state;
  let at = -1;
  if (task.rtPriority > 0) at = runQueue.findIndex((pid) => (tasks.get(pid)?.rtPriority ?? 0) < task.rtPriority);
  if (at < 0) runQueue.push(task.pid);
  else runQueue.splice(at, 0, task.pid);
}

/** Behind those of the same priority, if the task is runnable. */
export function requeue(k: Kernel, task: Task): void {
  if (removeFrom(k.state.runQueue, task.pid)) enqueue(k, task);
}

export function removeFromRunQueue(k: Kernel, task: Task): void {
  removeFrom(k.state.runQueue, task.pid);
}

/** Give the CPU to the next runnable task after this one. Linux: sched_yield(). */
export function yieldCpu(k: Kernel, task: Task): void {
  requeue(k, task);
}

/** The earliest deadline of a sleeping task, or Infinity. */
export function nextDeadlineNs(k: Kernel): number {
  let earliest = Infinity;
  for (const pid of k.state.sleepers) {
    const deadline = k.state.tasks.get(pid)?.waitingFor?.deadlineNs ?? Infinity;
    if (deadline < earliest) earliest = deadline;
  }
  return earliest;
}

/** Wake all whose deadline has passed. */
export function wakeSleepers(k: Kernel): void {
  if (k.state.sleepers.length === 0) return;
  const now = nowNs(k);
  for (const pid of [...k.state.sleepers]) {
    const task = k.state.tasks.get(pid);
    if (task?.waitingFor && task.waitingFor.deadlineNs <= now) wakeUpTask(k, task);
  }
}

/** TIF_SIGPENDING: a signal waits that would interrupt an interruptible sleep. Linux: signal_pending(). */
export function signalPending(task: Task): boolean {
  return task.sigPending;
}
