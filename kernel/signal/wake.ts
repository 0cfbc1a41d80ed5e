import { SIGKILL } from '../abi/signal.ts';
import { wakeTraced } from '../ptrace/stop.ts';
import { enqueue, wakeUpTask } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { recalcSigpending } from './pending.ts';
import { sigaddset } from './sigset.ts';

/** Threads of a group, and waking them for signals. */

/** The threads of the task's group that are alive, oldest first. */
export function threadsOf(k: Kernel, task: Task): Task[] {
  const threads: Task[] = [];
  for (const pid of task.signal.threads) {
    const thread = k.state.tasks.get(pid);
    if (thread) threads.push(thread);
  }
  return threads;
}

/** The threads that have not been released: those alive, and the leader when it is a zombie. */
export function threadGroup(k: Kernel, leader: Task): Task[] {
  return leader.signal.threads.includes(leader.pid) ? threadsOf(k, leader) : [leader, ...threadsOf(k, leader)];
}

/** Every thread that is alive has stopped, so wait4(WUNTRACED) may tell. */
export function isGroupStopped(k: Kernel, task: Task): boolean {
  if (task.signal.stopSignal === 0) return false;
  return threadsOf(k, task).every((thread) => thread.state === 'stopped' || thread.state === 'traced');
}

/** Have the task look for signals. `kills` also ends killable sleeps and stops. Linux: signal_wake_up(). */
export function signalWakeUp(k: Kernel, task: Task, kills: boolean): void {
  task.sigPending = true;
  if (task.state === 'interruptible' || (kills && task.state === 'killable')) wakeUpTask(k, task);
  if (!kills) return;
  wakeStopped(k, task);
  if (task.ptrace) task.ptrace.stop = null;
  wakeTraced(k, task);
}

/** Set a stopped thread going again; another is left as it is. */
export function wakeStopped(k: Kernel, task: Task): void {
  if (task.state !== 'stopped') return;
  task.state = 'running';
  enqueue(k, task);
  recalcSigpending(task);
}

/** Have every other thread of the group die when it next looks for signals. Linux: zap_other_threads(). */
export function zapOtherThreads(k: Kernel, task: Task): void {
  task.signal.stopSignal = 0;
  for (const thread of threadsOf(k, task)) {
    if (thread === task) continue;
    sigaddset(thread.pending.set, SIGKILL);
    signalWakeUp(k, thread, true);
  }
}
