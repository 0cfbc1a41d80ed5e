import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/** As many as a burst of exits leaves. */
const MAX_FREE_THREADS = 64;

/** A copy of a register block. To allocate one costs more than to fill it, so those of tasks that ended are used again. */
export function copyThreadBlock(k: Kernel, from: Uint8Array): Uint8Array {
  const block = k.freeThreads.pop();
  if (block?.length !== from.length) return from.slice();
  block.set(from);
  return block;
}

/** The registers of a task that has none any more. */
const NO_THREAD = new Uint8Array(0);

/** Nobody runs on these registers again, so they are not part of the machine's state. */
export function freeThread(k: Kernel, task: Task): void {
  if (k.freeThreads.length < MAX_FREE_THREADS) k.freeThreads.push(task.thread);
  task.thread = NO_THREAD;
}

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
