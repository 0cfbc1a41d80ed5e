import type { Session } from '../../../debugger/session/index.ts';
import type { Task } from '../../../kernel/task.ts';

/** Processes that have memory and so registers to look at, in the order of their pids. */
export function living({ kernel }: Session): Task[] {
  return [...kernel.state.tasks.values()].filter(({ mm }) => mm !== null).sort((a, b) => a.pid - b.pid);
}

/**
 * The task and the one that is looked at with it, the older one first: a relative in the same memory, else its parent, else its youngest
 * child.
 */
export function pairOf(session: Session, task: Task): Task[] {
  const others = living(session).filter((other) => other !== task);
  const isRelative = (other: Task): boolean => other.pid === task.realParent || other.realParent === task.pid;
  const shares = (other: Task): boolean => other.mm === task.mm;
  const partner =
    others.findLast((other) => shares(other) && isRelative(other)) ??
    others.findLast(shares) ??
    others.find((other) => other.pid === task.realParent) ??
    others.findLast(isRelative);
  return partner ? [task, partner].sort((a, b) => a.pid - b.pid) : [task];
}
