import { EFAULT, EINVAL } from '../abi/errno.ts';
import { itimerval } from '../abi/structs.ts';
import { ITIMER_PROF, ITIMER_REAL, ITIMER_VIRTUAL } from '../abi/time.ts';
import { nowNs } from '../sched.ts';
import { groupCpuNs, itimersOf } from '../signal/timers.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { NSEC_PER_SEC, NSEC_PER_USEC, toTimeval } from './timespec.ts';
import { getStruct, putStruct } from './user.ts';

/** Interval timers. In ns; value 0 is off. */
interface Itimerval {
  valueNs: number;
  intervalNs: number;
}

/** What a read of a timer that is due but has not fired gives: it must not look off. */
const AT_LEAST_NS = NSEC_PER_USEC;

function remaining(expiry: number, now: number): number {
  return expiry === 0 ? 0 : Math.max(AT_LEAST_NS, expiry - now);
}

/** Linux: do_getitimer(). Throws EINVAL. */
function doGetitimer(k: Kernel, task: Task, which: number): Itimerval {
  const { signal } = task;
  const timers = itimersOf(k, task);
  if (which === ITIMER_REAL) {
    return { valueNs: remaining(signal.alarmNs, nowNs(k)), intervalNs: timers.realIntervalNs };
  }
  const cpuNs = groupCpuNs(k, task);
  if (which === ITIMER_VIRTUAL) {
    return { valueNs: remaining(timers.virtualNs, cpuNs), intervalNs: timers.virtualIntervalNs };
  }
  if (which === ITIMER_PROF) return { valueNs: remaining(timers.profNs, cpuNs), intervalNs: timers.profIntervalNs };
  throw new SyscallError(EINVAL);
}

/** Linux: do_setitimer(). Throws EINVAL. Returns what was set before. */
function doSetitimer(k: Kernel, task: Task, which: number, { valueNs, intervalNs }: Itimerval): Itimerval {
  const old = doGetitimer(k, task, which);
  const { signal } = task;
  const timers = itimersOf(k, task);
  const at = (now: number): number => (valueNs === 0 ? 0 : now + valueNs);
  const interval = valueNs === 0 ? 0 : intervalNs;
  if (which === ITIMER_REAL) {
    signal.alarmNs = at(nowNs(k));
    timers.realIntervalNs = interval;
  } else if (which === ITIMER_VIRTUAL) {
    timers.virtualNs = at(groupCpuNs(k, task));
    timers.virtualIntervalNs = interval;
  } else {
    timers.profNs = at(groupCpuNs(k, task));
    timers.profIntervalNs = interval;
  }
  return old;
}

function toNs({ tv_sec, tv_usec }: { tv_sec: number; tv_usec: number }): number {
  if (tv_sec < 0 || tv_usec < 0 || tv_usec >= 1_000_000) throw new SyscallError(EINVAL);
  return tv_sec * NSEC_PER_SEC + tv_usec * NSEC_PER_USEC;
}

function putItimerval(k: Kernel, task: Task, addr: number, { valueNs, intervalNs }: Itimerval): void {
  putStruct(k, task, itimerval, addr, { it_interval: toTimeval(intervalNs), it_value: toTimeval(valueNs) });
}

/** getitimer(2). */
const sys_getitimer: SyscallRow = {
  name: 'getitimer',
  nr: { i386: 105, x86_64: 36, arm: 105 },
  args: [
    ['which', 'int'],
    ['value', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [which = 0, value = 0]) {
    const now = doGetitimer(k, task, which);
    if (value === 0) return -EFAULT;
    putItimerval(k, task, value, now);
    return 0;
  },
};

/** setitimer(2). A null pointer turns the timer off, as Linux has it, against the manual. */
const sys_setitimer: SyscallRow = {
  name: 'setitimer',
  nr: { i386: 104, x86_64: 38, arm: 104 },
  args: [
    ['which', 'int'],
    ['value', 'ptr'],
    ['ovalue', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [which = 0, value = 0, ovalue = 0]) {
    const wanted = { valueNs: 0, intervalNs: 0 };
    if (value !== 0) {
      const given = getStruct(k, task, itimerval, value);
      wanted.valueNs = toNs(given.it_value);
      wanted.intervalNs = toNs(given.it_interval);
    }
    const old = doSetitimer(k, task, which, wanted);
    if (ovalue !== 0) putItimerval(k, task, ovalue, old);
    return 0;
  },
};

/** alarm(2): returns the seconds that were left, rounded, and never 0 for an alarm that was set. */
const sys_alarm: SyscallRow = {
  name: 'alarm',
  nr: { i386: 27, x86_64: 37 },
  args: [['seconds', 'uint']],
  ret: 'int',
  handler(k, task, [seconds = 0]) {
    const { valueNs } = doSetitimer(k, task, ITIMER_REAL, { valueNs: seconds * NSEC_PER_SEC, intervalNs: 0 });
    return valueNs === 0 ? 0 : Math.max(1, Math.round(valueNs / NSEC_PER_SEC));
  },
};

export const ITIMER_ROWS: readonly SyscallRow[] = [sys_getitimer, sys_setitimer, sys_alarm];
