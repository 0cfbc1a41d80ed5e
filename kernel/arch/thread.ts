import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/** Bring `task.thread` up to date when its registers are in the CPU. */
export function saveThreadOf(k: Kernel, task: Task): void {
  if (k.state.current === task.pid) k.cpus(task.isa).saveThread(task.thread);
}

/** Change `task.thread` wherever it lives: in the CPU while the task runs, in memory otherwise. */
export function changeThread(k: Kernel, task: Task, change: (thread: Uint8Array) => void): void {
  saveThreadOf(k, task);
  change(task.thread);
  if (k.state.current === task.pid) k.cpus(task.isa).loadThread(task.thread);
}
