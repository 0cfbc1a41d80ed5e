import { EINVAL } from '../abi/errno.ts';
import { FUTEX_32, FUTEX_PRIVATE_FLAG, FUTEX_WAITV_MAX } from '../abi/futex.ts';
import { futexWaitv, kernelTimespec } from '../abi/structs.ts';
import { CLOCK_MONOTONIC, CLOCK_REALTIME } from '../abi/time.ts';
import { callIsa, getBytes, mmOf } from '../fs/uargs.ts';
import { type FutexExpected, futexWaitMore, futexWaitMultiple } from '../futex/waitv.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { realtimeInstant } from './clocks.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { getTimespecBig } from './timespec.ts';

/** Waiting on several futexes at once. Linux: kernel/futex/syscalls.c. */

/** Throws EFAULT, and EINVAL for words that are not private or shared ones of 32 bits. Linux: futex_parse_waitv(). */
function readWaiters(k: Kernel, task: Task, addr: number, count: number): FutexExpected[] {
  const isa = callIsa(task);
  const size = futexWaitv.size(isa);
  const bytes = getBytes(k, task, addr, count * size);
  return Array.from({ length: count }, (_, i) => {
    const { val, uaddr, flags, __reserved: reserved } = futexWaitv.decode(isa, bytes, i * size);
    if (flags & ~(FUTEX_32 | FUTEX_PRIVATE_FLAG) || reserved !== 0 || !(flags & FUTEX_32)) {
      throw new SyscallError(EINVAL);
    }
    return { addr: uaddr, isPrivate: (flags & FUTEX_PRIVATE_FLAG) !== 0, expected: val % 2 ** 32 };
  });
}

function deadline(k: Kernel, task: Task, addr: number, clock: number): number {
  if (addr === 0) return Infinity;
  if (clock !== CLOCK_MONOTONIC && clock !== CLOCK_REALTIME) throw new SyscallError(EINVAL);
  const ns = getTimespecBig(k, task, kernelTimespec, addr);
  return clock === CLOCK_REALTIME ? realtimeInstant(k, ns) : Number(ns);
}

/** futex_waitv(2). The time is an instant. */
export const sys_futex_waitv: SyscallRow = {
  name: 'futex_waitv',
  nr: { i386: 449, x86_64: 449, arm: 449 },
  args: [
    ['waiters', 'ptr'],
    ['nr_futexes', 'uint'],
    ['flags', 'uint'],
    ['timeout', 'timespec64'],
    ['clockid', 'clockid'],
  ],
  ret: 'int',
  handler(k, task, [waiters = 0, count = 0, flags = 0, timeout = 0, clock = 0]) {
    if (task.inSyscall?.resume?.kind === 'futex-waitv') return futexWaitMore(k, task);
    if (flags !== 0 || count === 0 || count > FUTEX_WAITV_MAX || waiters === 0) return -EINVAL;
    const deadlineNs = deadline(k, task, timeout, clock);
    return futexWaitMultiple(k, task, mmOf(task), readWaiters(k, task, waiters, count), deadlineNs);
  },
};

export const FUTEX_WAITV_ROWS: readonly SyscallRow[] = [sys_futex_waitv];
