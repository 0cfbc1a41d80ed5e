import { EAGAIN, EINVAL, ERESTART_RESTARTBLOCK, ERESTARTSYS, ETIMEDOUT } from '../abi/errno.ts';
import type { Mm } from '../mm/types.ts';
import { getUserU32 } from '../mm/uaccess.ts';
import { nowNs, signalPending, sleepOn } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type FutexWord, futexKey } from './key.ts';

export interface FutexWait extends FutexWord {
  /** The word must still hold this. */
  expected: number;
  bitset: number;
  /** Virtual time at which the wait ends, Infinity for never. */
  deadlineNs: number;
}

/**
 * FUTEX_WAIT and FUTEX_WAIT_BITSET. A wait with a timeout that a signal without handler cuts short goes on to the same instant.
 * Linux: kernel/futex/waitwake.c futex_wait(), futex_wait_restart().
 */
export function futexWait(k: Kernel, task: Task, mm: Mm, wait: FutexWait): number {
  const resume = task.inSyscall?.resume;
  if (resume?.kind === 'futex') return wokenUp(k, task);
  if (wait.bitset === 0) return -EINVAL;
  const deadlineNs = resume?.kind === 'futex-restart' ? Number(resume.deadlineNs) : wait.deadlineNs;
  const key = futexKey(k, mm, wait);
  if (getUserU32(k, mm, wait.addr) !== wait.expected) return -EAGAIN;
  if (task.inSyscall) {
    task.inSyscall.resume = { kind: 'futex', key, bitset: wait.bitset, deadlineNs, woken: false };
  }
  return wokenUp(k, task);
}

/** Whether the wait is over; if not, sleep (on). */
function wokenUp(k: Kernel, task: Task): number {
  const resume = task.inSyscall?.resume;
  if (!task.inSyscall || !resume || resume.woken) return 0;
  const deadlineNs = Number(resume.deadlineNs);
  if (deadlineNs <= nowNs(k)) return -ETIMEDOUT;
  if (!signalPending(task)) return sleepOn(k, task, [String(resume.key)], { deadlineNs });
  if (deadlineNs === Infinity) return -ERESTARTSYS;
  task.inSyscall.resume = { kind: 'futex-restart', deadlineNs };
  return -ERESTART_RESTARTBLOCK;
}
