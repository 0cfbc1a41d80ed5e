import { EINTR, EOPNOTSUPP, ERESTART_RESTARTBLOCK, ERESTARTNOHAND } from '../abi/errno.ts';
import { kernelTimespec, timespec } from '../abi/structs.ts';
import { CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_TAI, TIMER_ABSTIME } from '../abi/time.ts';
import type { IsaName } from '../ports.ts';
import { nowNs, signalPending, sleepOn } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { clockNs } from './clocks.ts';
import { sys_futex, sys_futex_time64 } from './futex.ts';
import { sys_poll } from './poll.ts';
import type { SyscallRow } from './row.ts';
import { getTimespec, getTimespecBig, putTimespec, type TimespecLayout } from './timespec.ts';

/** Calls that sleep for a time. */

/** Clocks that one can sleep by. */
const SLEEP_CLOCKS = [CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI];

/** How a sleep ends: relative to now, with a place for what a signal leaves of the time; or at an instant. */
interface Sleep {
  deadlineNs: number;
  absolute: boolean;
  /** Address of a time, 0 for none. */
  rem: number;
  layout: TimespecLayout;
}

/** Linux: hrtimer_nanosleep(). */
function sleepUntil(k: Kernel, task: Task, { deadlineNs, absolute, rem, layout }: Sleep): number {
  if (deadlineNs <= nowNs(k)) return 0;
  if (task.inSyscall) task.inSyscall.resume = { kind: 'nanosleep', deadlineNs };
  if (!signalPending(task)) return sleepOn(k, task, [], { deadlineNs });
  if (absolute) return -ERESTARTNOHAND;
  if (rem !== 0) putTimespec(k, task, layout, rem, deadlineNs - nowNs(k));
  return -ERESTART_RESTARTBLOCK;
}

/** The instant at which a sleep that is under way ends, or null at its beginning. */
function sleepingUntil(task: Task): number | null {
  const resume = task.inSyscall?.resume;
  return resume?.kind === 'nanosleep' ? Number(resume.deadlineNs) : null;
}

/** nanosleep(2). */
const sys_nanosleep: SyscallRow = {
  name: 'nanosleep',
  nr: { i386: 162, x86_64: 35, arm: 162 },
  args: [
    ['rqtp', 'timespec'],
    ['rmtp', 'outtimespec'],
  ],
  ret: 'int',
  handler(k, task, [rqtp = 0, rmtp = 0]) {
    const deadlineNs = sleepingUntil(task) ?? nowNs(k) + getTimespec(k, task, timespec, rqtp);
    return sleepUntil(k, task, { deadlineNs, absolute: false, rem: rmtp, layout: timespec });
  },
};

function clockNanosleep(layout: TimespecLayout): SyscallRow['handler'] {
  return (k, task, [clock = 0, flags = 0, rqtp = 0, rmtp = 0]) => {
    const clockNow = clockNs(k, task, clock);
    if (!SLEEP_CLOCKS.includes(clock)) return -EOPNOTSUPP;
    const absolute = (flags & TIMER_ABSTIME) !== 0;
    const rem = absolute ? 0 : rmtp;
    let deadlineNs = sleepingUntil(task);
    if (deadlineNs === null) {
      const wanted = getTimespecBig(k, task, layout, rqtp);
      deadlineNs = nowNs(k) + Number(absolute ? wanted - clockNow : wanted);
    }
    return sleepUntil(k, task, { deadlineNs, absolute, rem, layout });
  };
}

/** clock_nanosleep(2). */
const sys_clock_nanosleep: SyscallRow = {
  name: 'clock_nanosleep',
  nr: { i386: 267, x86_64: 230, arm: 265 },
  args: [
    ['which_clock', 'clockid'],
    ['flags', 'int'],
    ['rqtp', 'timespec'],
    ['rmtp', 'outtimespec'],
  ],
  ret: 'int',
  handler: clockNanosleep(timespec),
};

/** clock_nanosleep with 64-bit time. */
const sys_clock_nanosleep_time64: SyscallRow = {
  name: 'clock_nanosleep_time64',
  nr: { i386: 407, arm: 407 },
  args: [
    ['which_clock', 'clockid'],
    ['flags', 'int'],
    ['rqtp', 'timespec64'],
    ['rmtp', 'outtimespec64'],
  ],
  ret: 'int',
  handler: clockNanosleep(kernelTimespec),
};

/** Calls that return ERESTART_RESTARTBLOCK. */
const RESTARTABLE: readonly SyscallRow[] = [
  sys_nanosleep,
  sys_clock_nanosleep,
  sys_clock_nanosleep_time64,
  sys_poll,
  sys_futex,
  sys_futex_time64,
];

/** restart_syscall(2): the kernel has programs call it, to go on with a call that a signal without handler cut short. */
const sys_restart_syscall: SyscallRow = {
  name: 'restart_syscall',
  nr: { i386: 0, x86_64: 219, arm: 0 },
  args: [],
  ret: 'int',
  handler(k, task) {
    const block = task.restartBlock;
    const row = block ? RESTARTABLE.find(({ nr }) => nr[block.isa as IsaName] === block.nr) : undefined;
    if (!block || !row || !task.inSyscall) return -EINTR;
    task.inSyscall.resume ??= block;
    return row.handler(k, task, block.args as number[]);
  },
};

export const SLEEP_ROWS: readonly SyscallRow[] = [
  sys_nanosleep,
  sys_clock_nanosleep,
  sys_clock_nanosleep_time64,
  sys_restart_syscall,
];
