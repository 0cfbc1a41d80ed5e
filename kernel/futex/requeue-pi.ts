import { EAGAIN, EINVAL, ERESTARTNOINTR, ETIMEDOUT } from '../abi/errno.ts';
import type { Mm } from '../mm/types.ts';
import { getUserU32 } from '../mm/uaccess.ts';
import { nowNs, signalPending, sleepOn, wakeUpTask } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type FutexWaiter, type FutexWord, futexKey, waitersOn } from './key.ts';
import { takeFor, waitForLock } from './pi.ts';
import type { FutexWait } from './wait.ts';
import { type FutexRequeue, moveWaiter } from './wake.ts';

/** Waiters of a condition that are moved to a lock without running in between. Linux: kernel/futex/requeue.c. */

/** FUTEX_WAIT_REQUEUE_PI: 0 with the lock at `lock` held. Linux: futex_wait_requeue_pi(). */
export function futexWaitRequeuePi(k: Kernel, task: Task, mm: Mm, wait: FutexWait, lock: FutexWord): number {
  const resume = task.inSyscall?.resume;
  if (resume?.kind === 'futex-pi') return waitForLock(k, task);
  if (resume?.kind === 'futex-requeue-pi') return waitToBeMoved(k, task);
  if (wait.addr === lock.addr || wait.bitset === 0) return -EINVAL;
  const lockKey = futexKey(k, mm, lock, true);
  const key = futexKey(k, mm, wait);
  if (getUserU32(k, mm, wait.addr) !== wait.expected) return -EAGAIN;
  if (key === lockKey) return -EINVAL;
  if (task.inSyscall) {
    const { deadlineNs } = wait;
    task.inSyscall.resume = { kind: 'futex-requeue-pi', key, lockKey, lockAddr: lock.addr, deadlineNs };
  }
  return waitToBeMoved(k, task);
}

function waitToBeMoved(k: Kernel, task: Task): number {
  const resume = task.inSyscall?.resume;
  const deadlineNs = Number(resume?.deadlineNs);
  if (deadlineNs <= nowNs(k)) return -ETIMEDOUT;
  if (signalPending(task)) return -ERESTARTNOINTR;
  return sleepOn(k, task, [String(resume?.key)], { deadlineNs });
}

/** A waiter becomes one for the lock. */
function moveToLock(k: Kernel, { task, wait }: Waiter, from: string, to: string, owner: number): void {
  const { lockAddr, deadlineNs } = wait;
  moveWaiter(k, task, from, [to]);
  const addr = Number(lockAddr);
  const moved = { kind: 'futex-pi', key: to, addr, owner, deadlineNs: Number(deadlineNs), owned: false, moved: true };
  if (task.inSyscall) task.inSyscall.resume = moved;
}

interface Waiter {
  task: Task;
  wait: FutexWaiter;
}

/**
 * FUTEX_CMP_REQUEUE_PI: the first waiter gets the lock if it is free, `nrRequeue` others wait for it then; how many there were
 * together. Linux: futex_requeue() with requeue_pi, futex_proxy_trylock_atomic().
 */
export function futexCmpRequeuePi(k: Kernel, mm: Mm, { from, to, nrWake, nrRequeue, expected }: FutexRequeue): number {
  if (nrWake !== 1 || nrRequeue < 0 || from.addr === to.addr) return -EINVAL;
  const fromKey = futexKey(k, mm, from);
  const toKey = futexKey(k, mm, to, true);
  if (fromKey === toKey) return -EINVAL;
  if (getUserU32(k, mm, from.addr) !== expected) return -EAGAIN;
  const waiters = waitersOn(k, fromKey);
  const [first] = waiters;
  if (!first) return 0;
  const isOurs = ({ wait }: Waiter): boolean => wait.kind === 'futex-requeue-pi' && wait.lockKey === toKey;
  if (!isOurs(first)) return -EINVAL;
  const owner = takeFor(k, mm, first.task, to, nrRequeue > 0);
  if (owner < 0) return owner;
  const gotIt = owner === first.task.pid;
  if (gotIt) {
    if (first.task.inSyscall) first.task.inSyscall.resume = { kind: 'futex-pi', owned: true };
    wakeUpTask(k, first.task);
  }
  const rest = gotIt ? waiters.slice(1, 1 + nrRequeue) : waiters.slice(0, 1 + nrRequeue);
  if (rest.some((waiter) => !isOurs(waiter))) return -EINVAL;
  for (const waiter of rest) moveToLock(k, waiter, fromKey, toKey, owner);
  return rest.length + (gotIt ? 1 : 0);
}
