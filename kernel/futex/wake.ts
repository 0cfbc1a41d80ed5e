import { EAGAIN, EINVAL, ENOSYS } from '../abi/errno.ts';
import {
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_OP_ADD,
  FUTEX_OP_ANDN,
  FUTEX_OP_CMP_EQ,
  FUTEX_OP_CMP_GE,
  FUTEX_OP_CMP_GT,
  FUTEX_OP_CMP_LE,
  FUTEX_OP_CMP_LT,
  FUTEX_OP_CMP_NE,
  FUTEX_OP_OPARG_SHIFT,
  FUTEX_OP_OR,
  FUTEX_OP_SET,
  FUTEX_OP_XOR,
} from '../abi/futex.ts';
import type { Mm } from '../mm/types.ts';
import { getUserU32 } from '../mm/uaccess.ts';
import { wakeUpTask } from '../sched.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { type FutexWaiter, type FutexWord, futexKey, updateWord, waitersOn } from './key.ts';
import { waitsElsewhere, wokenAt } from './waitv.ts';

/**
 * Wake waiters whose bitset meets ours, `count` of them but at least one; how many there were, or -EINVAL when somebody waits
 * there for a lock (FUTEX_LOCK_PI). Linux: kernel/futex/waitwake.c futex_wake().
 */
export function futexWake(k: Kernel, key: string, count: number, bitset: number): number {
  let woken = 0;
  for (const { task, wait } of waitersOn(k, key)) {
    if (isForLock(wait)) return -EINVAL;
    if (wait.kind === 'futex-waitv') wokenAt(wait, key);
    else if ((Number(wait.bitset) & bitset) === 0) continue;
    else wait.woken = true;
    wakeUpTask(k, task);
    if (++woken >= count) break;
  }
  return woken;
}

export interface FutexRequeue {
  from: FutexWord;
  to: FutexWord;
  nrWake: number;
  nrRequeue: number;
  /** FUTEX_CMP_REQUEUE: the first word must still hold this; null does not ask. */
  expected: number | null;
}

/**
 * Wake `nrWake` waiters of one word and move up to `nrRequeue` others to another; how many there were together.
 * Linux: kernel/futex/requeue.c futex_requeue().
 */
export function futexRequeue(k: Kernel, mm: Mm, { from, to, nrWake, nrRequeue, expected }: FutexRequeue): number {
  if (nrWake < 0 || nrRequeue < 0) return -EINVAL;
  const fromKey = futexKey(k, mm, from);
  const toKey = futexKey(k, mm, to);
  if (expected !== null && getUserU32(k, mm, from.addr) !== expected) return -EAGAIN;
  const waiters = waitersOn(k, fromKey);
  if (waiters.some(({ wait }) => isForLock(wait))) return -EINVAL;
  const woken = nrWake === 0 ? 0 : futexWake(k, fromKey, nrWake, FUTEX_BITSET_MATCH_ANY);
  const moved = waiters.slice(woken, woken + nrRequeue);
  if (fromKey === toKey) return woken + moved.length;
  for (const { task, wait } of moved) {
    const isMultiple = wait.kind === 'futex-waitv';
    if (!isMultiple) wait.key = toKey;
    moveWaiter(k, task, fromKey, isMultiple ? waitsElsewhere(wait, fromKey, toKey) : [toKey]);
  }
  return woken + moved.length;
}

/** It waits for a lock, and only that wakes it. */
function isForLock(wait: FutexWaiter): boolean {
  return wait.kind === 'futex-pi' || wait.kind === 'futex-requeue-pi';
}

/** The sleeper leaves the queue `from`; `queues` are those in which it is then. */
export function moveWaiter(k: Kernel, task: Task, from: string, queues: string[]): void {
  const { waitQueues } = k.state;
  const rest = (waitQueues.get(from) ?? []).filter((other) => other !== task.pid);
  if (rest.length > 0) waitQueues.set(from, rest);
  else waitQueues.delete(from);
  for (const name of queues) {
    const queue = waitQueues.get(name) ?? [];
    if (!queue.includes(task.pid)) waitQueues.set(name, [...queue, task.pid]);
  }
  if (task.waitingFor) task.waitingFor.channels = queues;
}

/**
 * FUTEX_WAKE_OP: change the second word as `encoded` says, wake waiters of the first, and of the second when its old value
 * passes the comparison. Linux: futex_wake_op(), futex_atomic_op_inuser().
 */
export function futexWakeOp(
  k: Kernel,
  mm: Mm,
  words: readonly [FutexWord, FutexWord],
  counts: readonly [number, number],
  encoded: number,
): number {
  const first = futexKey(k, mm, words[0]);
  const second = futexKey(k, mm, words[1], true);
  const signed12 = (value: number): number => (value << 20) >> 20;
  let oparg = signed12(encoded >>> 12);
  if (encoded & (FUTEX_OP_OPARG_SHIFT << 28)) oparg = 1 << (oparg & 31);
  const op = (encoded >>> 28) & 7;
  const old = updateWord(k, mm, words[1].addr, (value) => changed(op, value, oparg)) | 0;
  const passes = compare((encoded >>> 24) & 15, old, signed12(encoded));
  const woken = futexWake(k, first, counts[0], FUTEX_BITSET_MATCH_ANY);
  if (woken < 0 || !passes) return woken;
  const more = futexWake(k, second, counts[1], FUTEX_BITSET_MATCH_ANY);
  return more < 0 ? more : woken + more;
}

function changed(op: number, old: number, oparg: number): number {
  switch (op) {
    case FUTEX_OP_SET:
      return oparg;
    case FUTEX_OP_ADD:
      return old + oparg;
    case FUTEX_OP_OR:
      return old | oparg;
    case FUTEX_OP_ANDN:
      return old & ~oparg;
    case FUTEX_OP_XOR:
      return old ^ oparg;
    default:
      throw new SyscallError(ENOSYS);
  }
}

function compare(cmp: number, old: number, cmparg: number): boolean {
  switch (cmp) {
    case FUTEX_OP_CMP_EQ:
      return old === cmparg;
    case FUTEX_OP_CMP_NE:
      return old !== cmparg;
    case FUTEX_OP_CMP_LT:
      return old < cmparg;
    case FUTEX_OP_CMP_GE:
      return old >= cmparg;
    case FUTEX_OP_CMP_LE:
      return old <= cmparg;
    case FUTEX_OP_CMP_GT:
      return old > cmparg;
    default:
      throw new SyscallError(ENOSYS);
  }
}
