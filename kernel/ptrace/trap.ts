import type { Task } from '../task.ts';

/** Whether the task has to trap for its tracer, or has something from it, before it returns to user space. */
export function trapPending(task: Task): boolean {
  const { ptrace, signal } = task;
  if (!ptrace) return false;
  if (ptrace.trapStop || ptrace.trapNotify || ptrace.deliver !== null) return true;
  return signal.stopSignal !== 0 && ptrace.groupStop !== signal.stopSignal;
}
