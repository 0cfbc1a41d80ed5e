import { EAGAIN, EDEADLK, EINVAL, EPERM, ERESTARTNOINTR, ESRCH, ETIMEDOUT } from '../abi/errno.ts';
import { FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS } from '../abi/futex.ts';
import type { Mm } from '../mm/types.ts';
import { getUserU32, putUserU32 } from '../mm/uaccess.ts';
import { findVpid, pidVnr } from '../pid.ts';
import { nowNs, signalPending, sleepOn, wakeUpTask } from '../sched.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { type FutexWord, futexKey, waitersOn } from './key.ts';

/**
 * Locks that the kernel hands on: the word holds the owner's thread id, with FUTEX_WAITERS while somebody waits. There are no
 * priorities to inherit here, all tasks being SCHED_NORMAL, so waiters come in their order. Linux: kernel/futex/pi.c.
 */

export interface FutexLock extends FutexWord {
  deadlineNs: number;
  /** FUTEX_TRYLOCK_PI. */
  tries: boolean;
}

/** FUTEX_LOCK_PI, FUTEX_LOCK_PI2 and FUTEX_TRYLOCK_PI. Linux: futex_lock_pi(). */
export function futexLockPi(k: Kernel, task: Task, mm: Mm, lock: FutexLock): number {
  if (task.inSyscall?.resume?.kind === 'futex-pi') return waitForLock(k, task);
  const key = futexKey(k, mm, lock, true);
  const waiters = waitersOn(k, key);
  if (waiters.some(({ wait }) => wait.kind !== 'futex-pi')) return -EINVAL;
  const owner = takeFor(k, mm, task, lock, waiters.length > 0);
  if (owner < 0) return owner;
  if (owner === task.pid) return 0;
  if (lock.tries) return -EAGAIN;
  if (waitsFor(k, owner, task.pid)) return -EDEADLK;
  const { addr, deadlineNs } = lock;
  if (task.inSyscall) task.inSyscall.resume = { kind: 'futex-pi', key, addr, owner, deadlineNs, owned: false };
  k.state.piWaiters.add(task.pid);
  return waitForLock(k, task);
}

/**
 * Take the lock for the task if nobody has it, with a bit for `others` that wait; else mark that somebody waits. Returns the
 * kernel's pid of the owner then, -EDEADLK when the task had it already, -ESRCH. Linux: futex_lock_pi_atomic().
 */
export function takeFor(k: Kernel, mm: Mm, task: Task, { addr }: FutexWord, others: boolean): number {
  const word = getUserU32(k, mm, addr);
  const tid = pidVnr(task, task.pid);
  const ownerTid = word & FUTEX_TID_MASK;
  if (ownerTid === tid) return -EDEADLK;
  if (ownerTid === 0) {
    putUserU32(k, mm, addr, ((word & FUTEX_OWNER_DIED) | (others ? FUTEX_WAITERS : 0) | tid) >>> 0);
    return task.pid;
  }
  putUserU32(k, mm, addr, (word | FUTEX_WAITERS) >>> 0);
  const owner = findVpid(task, ownerTid);
  return k.state.tasks.has(owner) ? owner : -ESRCH;
}

/** The owner waits, over any number of locks, for one that `pid` holds. Linux: rt_mutex_adjust_prio_chain(). */
function waitsFor(k: Kernel, owner: number, pid: number): boolean {
  const seen = new Set<number>();
  for (let at = owner; !seen.has(at); ) {
    seen.add(at);
    const resume = k.state.tasks.get(at)?.inSyscall?.resume;
    if (resume?.kind !== 'futex-pi' || resume.owned) return false;
    at = Number(resume.owner);
    if (at === pid) return true;
  }
  return false;
}

/** The lock, once it is handed over. Who was moved here from a condition (FUTEX_CMP_REQUEUE_PI) cannot begin anew. */
export function waitForLock(k: Kernel, task: Task): number {
  const resume = task.inSyscall?.resume;
  if (!resume || resume.owned) return 0;
  const deadlineNs = Number(resume.deadlineNs);
  if (deadlineNs <= nowNs(k)) return -ETIMEDOUT;
  if (signalPending(task)) return resume.moved ? -EAGAIN : -ERESTARTNOINTR;
  return sleepOn(k, task, [String(resume.key)], { deadlineNs });
}

/** FUTEX_UNLOCK_PI: the next waiter owns the lock at once. Linux: futex_unlock_pi(), wake_futex_pi(). */
export function futexUnlockPi(k: Kernel, task: Task, mm: Mm, word: FutexWord): number {
  if ((getUserU32(k, mm, word.addr) & FUTEX_TID_MASK) !== pidVnr(task, task.pid)) return -EPERM;
  const key = futexKey(k, mm, word, true);
  if (waitersOn(k, key).some(({ wait }) => wait.kind !== 'futex-pi')) return -EINVAL;
  if (!handOver(k, key, 0)) putUserU32(k, mm, word.addr, 0);
  return 0;
}

/** Make the oldest waiter of the key the owner; `mark` is set in the word. False when nobody waits. */
function handOver(k: Kernel, key: string, mark: number): boolean {
  const waiters = waitersOn(k, key);
  const next = waiters[0];
  if (!next?.task.mm) return false;
  const { task, wait } = next;
  for (const other of waiters) other.wait.owner = task.pid;
  wait.owned = true;
  putUserU32(k, next.task.mm, Number(wait.addr), (mark | FUTEX_WAITERS | pidVnr(task, task.pid)) >>> 0);
  wakeUpTask(k, task);
  return true;
}

/** Locks that the task leaves behind with waiters go to the first of them, marked. Linux: exit_pi_state_list(). */
export function exitPiState(k: Kernel, task: Task): void {
  if (k.state.piWaiters.size === 0) return;
  const keys = new Set<string>();
  for (const pid of k.state.piWaiters) {
    const resume = k.state.tasks.get(pid)?.inSyscall?.resume;
    if (resume?.kind !== 'futex-pi') k.state.piWaiters.delete(pid);
    else if (resume.owner === task.pid && !resume.owned) keys.add(String(resume.key));
  }
  for (const key of keys) {
    try {
      handOver(k, key, FUTEX_OWNER_DIED);
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
    }
  }
}
