import { EAGAIN, ERESTARTSYS, ETIMEDOUT } from '../abi/errno.ts';
import type { Mm } from '../mm/types.ts';
import { getUserU32 } from '../mm/uaccess.ts';
import { nowNs, signalPending, sleepOn } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Resume, Task } from '../task.ts';
import { type FutexWord, futexKey } from './key.ts';

/** A word of futex_waitv(2) and what it must still hold. */
export interface FutexExpected extends FutexWord {
  expected: number;
}

/** Names of wait queues hold no blank. */
const BETWEEN = ' ';

/** Wait on several words at once: the index of the one that was woken. Linux: kernel/futex/waitwake.c futex_wait_multiple(). */
export function futexWaitMultiple(
  k: Kernel,
  task: Task,
  mm: Mm,
  words: readonly FutexExpected[],
  deadlineNs: number,
): number {
  const keys = words.map((word) => futexKey(k, mm, word));
  if (words.some(({ addr, expected }) => getUserU32(k, mm, addr) !== expected)) return -EAGAIN;
  if (task.inSyscall) {
    task.inSyscall.resume = { kind: 'futex-waitv', keys: keys.join(BETWEEN), deadlineNs, index: -1 };
  }
  return futexWaitMore(k, task);
}

/** The call has slept, or is about to. */
export function futexWaitMore(k: Kernel, task: Task): number {
  const resume = task.inSyscall?.resume;
  if (resume?.kind !== 'futex-waitv') return -EAGAIN;
  if (Number(resume.index) >= 0) return Number(resume.index);
  const deadlineNs = Number(resume.deadlineNs);
  if (deadlineNs <= nowNs(k)) return -ETIMEDOUT;
  if (signalPending(task)) return -ERESTARTSYS;
  return sleepOn(k, task, [...new Set(keysOf(resume))], { deadlineNs });
}

function keysOf(wait: Resume): string[] {
  return String(wait.keys).split(BETWEEN);
}

/** The word behind this key has been woken. */
export function wokenAt(wait: Resume, key: string): void {
  wait.index = keysOf(wait).indexOf(key);
}

/** A waiter has been moved to another word (FUTEX_REQUEUE): its wait queues now. */
export function waitsElsewhere(wait: Resume, from: string, to: string): string[] {
  const keys = keysOf(wait).map((key) => (key === from ? to : key));
  wait.keys = keys.join(BETWEEN);
  return [...new Set(keys)];
}
