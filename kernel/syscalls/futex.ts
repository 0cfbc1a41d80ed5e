import { EINVAL, ENOSYS } from '../abi/errno.ts';
import {
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_CLOCK_REALTIME,
  FUTEX_CMP_REQUEUE,
  FUTEX_CMP_REQUEUE_PI,
  FUTEX_LOCK_PI,
  FUTEX_LOCK_PI2,
  FUTEX_PRIVATE_FLAG,
  FUTEX_REQUEUE,
  FUTEX_TRYLOCK_PI,
  FUTEX_UNLOCK_PI,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAIT_REQUEUE_PI,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
  FUTEX_WAKE_OP,
} from '../abi/futex.ts';
import { kernelTimespec, timespec } from '../abi/structs.ts';
import { mmOf } from '../fs/uargs.ts';
import { futexKey } from '../futex/key.ts';
import { futexLockPi, futexUnlockPi } from '../futex/pi.ts';
import { futexCmpRequeuePi, futexWaitRequeuePi } from '../futex/requeue-pi.ts';
import { futexWait } from '../futex/wait.ts';
import { futexRequeue, futexWake, futexWakeOp } from '../futex/wake.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { realtimeInstant } from './clocks.ts';
import { FUTEX_WAITV_ROWS } from './futex-waitv.ts';
import { MEMBARRIER_ROWS } from './membarrier.ts';
import { ROBUST_ROWS } from './robust.ts';
import type { Handler, SyscallRow } from './row.ts';
import { getTimespec, getTimespecBig, type TimespecLayout } from './timespec.ts';

/** The arguments of futex(2), `val2` and the timeout being one of them. */
interface FutexCall {
  k: Kernel;
  task: Task;
  command: number;
  isPrivate: boolean;
  addr: number;
  val: number;
  val2: number;
  addr2: number;
  val3: number;
  deadlineNs: number;
}

/** Operations that take a time. FUTEX_WAIT counts from now, the others name an instant. Linux: futex_cmd_has_timeout(). */
const TIMED: readonly number[] = [FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_LOCK_PI, FUTEX_LOCK_PI2, FUTEX_WAIT_REQUEUE_PI];
/** Those of them whose clock can be chosen. */
const CHOOSES_CLOCK: readonly number[] = [FUTEX_WAIT_BITSET, FUTEX_LOCK_PI2, FUTEX_WAIT_REQUEUE_PI];

function lockPi(call: FutexCall, tries: boolean): number {
  const { k, task, addr, isPrivate, deadlineNs } = call;
  return futexLockPi(k, task, mmOf(task), { addr, isPrivate, deadlineNs, tries });
}

function requeue({ k, task, addr, isPrivate, val, val2, addr2 }: FutexCall, expected: number | null): number {
  const words = { from: { addr, isPrivate }, to: { addr: addr2, isPrivate } };
  return futexRequeue(k, mmOf(task), { ...words, nrWake: val | 0, nrRequeue: val2, expected });
}

function wait(call: FutexCall, bitset: number): number {
  const { k, task, addr, isPrivate, val, deadlineNs } = call;
  return futexWait(k, task, mmOf(task), { addr, isPrivate, expected: val, bitset, deadlineNs });
}

function wake({ k, task, addr, isPrivate, val }: FutexCall, bitset: number): number {
  if (bitset === 0) return -EINVAL;
  return futexWake(k, futexKey(k, mmOf(task), { addr, isPrivate }), val | 0, bitset);
}

function wakeOp({ k, task, addr, addr2, isPrivate, val, val2, val3 }: FutexCall): number {
  const words = [
    { addr, isPrivate },
    { addr: addr2, isPrivate },
  ] as const;
  return futexWakeOp(k, mmOf(task), words, [val | 0, val2], val3);
}

function waitRequeuePi(call: FutexCall): number {
  const { k, task, addr, addr2, isPrivate, val, deadlineNs } = call;
  const waited = { addr, isPrivate, expected: val, bitset: FUTEX_BITSET_MATCH_ANY, deadlineNs };
  return futexWaitRequeuePi(k, task, mmOf(task), waited, { addr: addr2, isPrivate });
}

function cmpRequeuePi({ k, task, addr, isPrivate, val, val2, addr2, val3 }: FutexCall): number {
  const words = { from: { addr, isPrivate }, to: { addr: addr2, isPrivate } };
  return futexCmpRequeuePi(k, mmOf(task), { ...words, nrWake: val | 0, nrRequeue: val2, expected: val3 });
}

/** FUTEX_FD is not there: it has gone from Linux too. */
const OPERATIONS: { readonly [command: number]: (call: FutexCall) => number } = {
  [FUTEX_WAIT]: (call) => wait(call, FUTEX_BITSET_MATCH_ANY),
  [FUTEX_WAIT_BITSET]: (call) => wait(call, call.val3),
  [FUTEX_WAKE]: (call) => wake(call, FUTEX_BITSET_MATCH_ANY),
  [FUTEX_WAKE_BITSET]: (call) => wake(call, call.val3),
  [FUTEX_REQUEUE]: (call) => requeue(call, null),
  [FUTEX_CMP_REQUEUE]: (call) => requeue(call, call.val3),
  [FUTEX_WAKE_OP]: wakeOp,
  [FUTEX_LOCK_PI]: (call) => lockPi(call, false),
  [FUTEX_LOCK_PI2]: (call) => lockPi(call, false),
  [FUTEX_TRYLOCK_PI]: (call) => lockPi(call, true),
  [FUTEX_WAIT_REQUEUE_PI]: waitRequeuePi,
  [FUTEX_CMP_REQUEUE_PI]: cmpRequeuePi,
  [FUTEX_UNLOCK_PI]: ({ k, task, addr, isPrivate }) => futexUnlockPi(k, task, mmOf(task), { addr, isPrivate }),
};

/** futex(2). Linux: kernel/futex/syscalls.c do_futex(). */
function futex(layout: TimespecLayout): Handler {
  return (k, task, [addr = 0, op = 0, val = 0, timeout = 0, addr2 = 0, val3 = 0]) => {
    const command = op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    const isPrivate = (op & FUTEX_PRIVATE_FLAG) !== 0;
    const chosen = (op & FUTEX_CLOCK_REALTIME) !== 0;
    // On its further runs the call knows its deadline.
    const timed = TIMED.includes(command) && timeout !== 0 && !task.inSyscall?.resume;
    const realtime = chosen || command === FUTEX_LOCK_PI;
    // Read first: a bad time is EINVAL or EFAULT whatever else is wrong.
    const deadlineNs = timed ? deadline(k, task, layout, timeout, command === FUTEX_WAIT, realtime) : Infinity;
    if (chosen && !CHOOSES_CLOCK.includes(command)) return -ENOSYS;
    // A number in the place of the time: of a negative one as 64 bits only the sign is left.
    const val2 = timeout >= 2 ** 63 ? -1 : timeout | 0;
    const call = { k, task, command, isPrivate, addr, val, val2, addr2, val3, deadlineNs };
    return OPERATIONS[command]?.(call) ?? -ENOSYS;
  };
}

function deadline(
  k: Kernel,
  task: Task,
  layout: TimespecLayout,
  timeout: number,
  relative: boolean,
  realtime: boolean,
): number {
  if (relative) return nowNs(k) + getTimespec(k, task, layout, timeout);
  const ns = getTimespecBig(k, task, layout, timeout);
  return realtime ? realtimeInstant(k, ns) : Number(ns);
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

export const FUTEX_ROWS: readonly SyscallRow[] = [
  sys_futex,
  sys_futex_time64,
  ...FUTEX_WAITV_ROWS,
  ...ROBUST_ROWS,
  ...MEMBARRIER_ROWS,
];
