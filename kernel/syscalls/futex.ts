import { EAGAIN, EINVAL, ENOSYS } from '../abi/errno.ts';
import {
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_CLOCK_REALTIME,
  FUTEX_CMP_REQUEUE,
  FUTEX_PRIVATE_FLAG,
  FUTEX_REQUEUE,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
} from '../abi/futex.ts';
import { kernelTimespec, timespec } from '../abi/structs.ts';
import { mmOf } from '../fs/uargs.ts';
import { futexKey, futexRequeue, futexWait, futexWake } from '../futex.ts';
import { getUserU32 } from '../mm/uaccess.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { Handler, SyscallRow } from './row.ts';
import { getTimespec, type TimespecLayout } from './timespec.ts';

/** futex(2) without its priority-inheritance and FUTEX_WAKE_OP operations, which are -ENOSYS. Linux: kernel/futex/syscalls.c. */
function futex(layout: TimespecLayout): Handler {
  return (k, task, [uaddr = 0, op = 0, val = 0, timeout = 0, uaddr2 = 0, val3 = 0]) => {
    const mm = mmOf(task);
    const isPrivate = (op & FUTEX_PRIVATE_FLAG) !== 0;
    const realtime = (op & FUTEX_CLOCK_REALTIME) !== 0;
    const command = op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    const waits = command === FUTEX_WAIT || command === FUTEX_WAIT_BITSET;
    if (realtime && command !== FUTEX_WAIT_BITSET) return -ENOSYS;
    const bitset = command === FUTEX_WAIT_BITSET || command === FUTEX_WAKE_BITSET ? val3 : FUTEX_BITSET_MATCH_ANY;
    if (waits) {
      const relative = command === FUTEX_WAIT;
      const deadlineNs = deadline(k, task, layout, timeout, relative, realtime);
      return futexWait(k, task, mm, { addr: uaddr, isPrivate, expected: val, bitset, deadlineNs });
    }
    if (command === FUTEX_WAKE || command === FUTEX_WAKE_BITSET) {
      if (bitset === 0) return -EINVAL;
      // Linux wakes one even when asked for none.
      return futexWake(k, futexKey(k, mm, uaddr, isPrivate), Math.max(1, val | 0), bitset);
    }
    if (command !== FUTEX_REQUEUE && command !== FUTEX_CMP_REQUEUE) return -ENOSYS;
    const nrRequeue = timeout | 0;
    if ((val | 0) < 0 || nrRequeue < 0) return -EINVAL;
    const from = futexKey(k, mm, uaddr, isPrivate);
    const to = futexKey(k, mm, uaddr2, isPrivate);
    if (command === FUTEX_CMP_REQUEUE && getUserU32(k, mm, uaddr) !== val3) return -EAGAIN;
    return futexRequeue(k, from, to, val | 0, nrRequeue);
  };
}

/** FUTEX_WAIT counts from now, FUTEX_WAIT_BITSET gives an instant of CLOCK_MONOTONIC or CLOCK_REALTIME. */
function deadline(
  k: Kernel,
  task: Task,
  layout: TimespecLayout,
  timeout: number,
  relative: boolean,
  realtime: boolean,
): number {
  if (timeout === 0) return Infinity;
  const ns = getTimespec(k, task, layout, timeout);
  if (relative) return nowNs(k) + ns;
  return realtime ? ns - Number(k.clock.bootTimeNs) - k.state.clockOffsetNs : ns;
}

const ARGS = [
  ['uaddr', 'ptr'],
  ['futex_op', 'futexop'],
  ['val', 'uint'],
  ['timeout', 'ulong'],
  ['uaddr2', 'ptr'],
  ['val3', 'uint'],
] as const;

/** futex(2). */
export const sys_futex: SyscallRow = {
  name: 'futex',
  nr: { i386: 240, x86_64: 202, arm: 240 },
  args: ARGS,
  ret: 'int',
  handler: futex(timespec),
};

/** futex(2) with a 64-bit time on 32-bit ISAs. */
export const sys_futex_time64: SyscallRow = {
  name: 'futex_time64',
  nr: { i386: 422, arm: 422 },
  args: ARGS,
  ret: 'int',
  handler: futex(kernelTimespec),
};

export const FUTEX_ROWS: readonly SyscallRow[] = [sys_futex, sys_futex_time64];
