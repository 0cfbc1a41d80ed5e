import { EAGAIN, EFAULT, EINVAL, EOPNOTSUPP } from '../abi/errno.ts';
import { _NSIG, SIGALRM, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD_ID } from '../abi/signal.ts';
import { sigevent } from '../abi/structs/signal.ts';
import { itimerspec, kernelItimerspec } from '../abi/structs/time.ts';
import {
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_REALTIME_COARSE,
  CLOCK_THREAD_CPUTIME_ID,
  TIMER_ABSTIME,
} from '../abi/time.ts';
import { mmOf } from '../fs/uargs.ts';
import { putUserU32 } from '../mm/uaccess.ts';
import { findTaskByVpid } from '../pid.ts';
import { hrtimerCancel } from '../signal/hrtimer.ts';
import type { PosixTimer } from '../signal/posix-timer-types.ts';
import {
  dropTimerSignal,
  isCpuTimer,
  startTimer,
  threadCpuClock,
  timerById,
  timerNowNs,
  timerRemaining,
} from '../signal/posix-timers.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { clockNs } from './clocks.ts';
import {
  expiryNs,
  getItimerspec,
  type ItimerspecLayout,
  putItimerspec,
  type TimerSetting,
  type WantedTimer,
} from './itimerspec.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { getStruct } from './user.ts';

/** timer_create(2) and its kin. Linux: kernel/time/posix-timers.c. */

/** Clocks without timers; those with an alarm need a real-time clock, which the machine lacks. */
const NO_TIMERS: readonly number[] = [
  CLOCK_MONOTONIC_RAW,
  CLOCK_REALTIME_COARSE,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_REALTIME_ALARM,
  CLOCK_BOOTTIME_ALARM,
];

/** Timers a process may have, in place of RLIMIT_SIGPENDING's count. */
const MAX_TIMERS = 10_000;

interface Notification {
  notify: number;
  tid: number;
  signo: number;
  value: number;
}

/** struct sigevent, or the default: SIGALRM with the timer's number. Throws EFAULT, EINVAL. Linux: good_sigevent(). */
function notification(k: Kernel, task: Task, addr: number, id: number): Notification {
  if (addr === 0) return { notify: SIGEV_SIGNAL, tid: 0, signo: SIGALRM, value: id };
  const event = getStruct(k, task, sigevent, addr);
  const { sigev_notify: notify, sigev_signo: signo, sigev_notify_thread_id: tid, sigev_value: value } = event;
  if (notify === SIGEV_NONE) return { notify, tid: 0, signo: 0, value };
  if (notify !== SIGEV_SIGNAL && notify !== SIGEV_THREAD_ID) throw new SyscallError(EINVAL);
  const target = findTaskByVpid(k, task, tid);
  if (notify === SIGEV_THREAD_ID && target?.tgid !== task.tgid) throw new SyscallError(EINVAL);
  if (signo < 1 || signo > _NSIG) throw new SyscallError(EINVAL);
  return { notify, tid: notify === SIGEV_THREAD_ID ? (target?.pid ?? 0) : 0, signo, value };
}

/** The clock as the timer keeps it. Throws EINVAL, EOPNOTSUPP. */
function timerClock(k: Kernel, task: Task, clock: number): number {
  if (NO_TIMERS.includes(clock)) throw new SyscallError(EOPNOTSUPP);
  clockNs(k, task, clock);
  return clock === CLOCK_THREAD_CPUTIME_ID ? threadCpuClock(task.pid) : clock;
}

/** timer_create(2). */
export const sys_timer_create: SyscallRow = {
  name: 'timer_create',
  nr: { i386: 259, x86_64: 222, arm: 257 },
  args: [
    ['which_clock', 'clockid'],
    ['timer_event_spec', 'ptr'],
    ['created_timer_id', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [which = 0, event = 0, created = 0]) {
    const clock = timerClock(k, task, which);
    const timers = k.state.posixTimers.get(task.tgid) ?? [];
    if (timers.length >= MAX_TIMERS) return -EAGAIN;
    const id = timers.reduce((highest, timer) => Math.max(highest, timer.id), -1) + 1;
    const how = notification(k, task, event, id);
    putUserU32(k, mmOf(task), created, id);
    const timer: PosixTimer = {
      kind: 'posix',
      id,
      tgid: task.tgid,
      clock,
      ...how,
      expiresNs: 0,
      intervalNs: 0,
      realtime: false,
      signalled: false,
      overrunLast: 0,
    };
    k.state.posixTimers.set(task.tgid, [...timers, timer]);
    return 0;
  },
};

/** Throws EINVAL. */
function timerArg(k: Kernel, task: Task, id: number): PosixTimer {
  const timer = timerById(k, task, id);
  if (!timer) throw new SyscallError(EINVAL);
  return timer;
}

/** Linux: do_timer_settime(). Returns what was set before. */
function setTime(k: Kernel, task: Task, timer: PosixTimer, flags: number, wanted: WantedTimer): TimerSetting {
  const old = timerRemaining(k, timer);
  dropTimerSignal(k, timer);
  const absolute = (flags & TIMER_ABSTIME) !== 0;
  timer.intervalNs = wanted.intervalNs;
  timer.overrunLast = 0;
  timer.realtime = absolute && timer.clock === CLOCK_REALTIME;
  if (isCpuTimer(timer)) {
    const start = absolute ? 0 : timerNowNs(k, timer);
    timer.expiresNs = wanted.value === 0n ? 0 : Math.max(1, start + Number(wanted.value));
  } else {
    timer.expiresNs = expiryNs(k, task, timer.clock, wanted.value, absolute);
  }
  startTimer(k, timer);
  return old;
}

function timerSettime(layout: ItimerspecLayout): SyscallRow['handler'] {
  return (k, task, [id = 0, flags = 0, newAddr = 0, oldAddr = 0]) => {
    if (newAddr === 0) return -EINVAL;
    const wanted = getItimerspec(k, task, layout, newAddr);
    const old = setTime(k, task, timerArg(k, task, id), flags, wanted);
    if (oldAddr !== 0) putItimerspec(k, task, layout, oldAddr, old);
    return 0;
  };
}

function timerGettime(layout: ItimerspecLayout): SyscallRow['handler'] {
  return (k, task, [id = 0, addr = 0]) => {
    const left = timerRemaining(k, timerArg(k, task, id));
    if (addr === 0) return -EFAULT;
    putItimerspec(k, task, layout, addr, left);
    return 0;
  };
}

const SETTIME_ARGS = [
  ['timer_id', 'int'],
  ['flags', 'int'],
] as const;

/** timer_settime(2). */
export const sys_timer_settime: SyscallRow = {
  name: 'timer_settime',
  nr: { i386: 260, x86_64: 223, arm: 258 },
  args: [...SETTIME_ARGS, ['new_setting', 'itimerspec'], ['old_setting', 'outitimerspec']],
  ret: 'int',
  handler: timerSettime(itimerspec),
};

/** timer_settime(2) with 64-bit time. */
export const sys_timer_settime64: SyscallRow = {
  name: 'timer_settime64',
  nr: { i386: 409, arm: 409 },
  args: [...SETTIME_ARGS, ['new_setting', 'itimerspec64'], ['old_setting', 'outitimerspec64']],
  ret: 'int',
  handler: timerSettime(kernelItimerspec),
};

/** timer_gettime(2). */
export const sys_timer_gettime: SyscallRow = {
  name: 'timer_gettime',
  nr: { i386: 261, x86_64: 224, arm: 259 },
  args: [
    ['timer_id', 'int'],
    ['setting', 'outitimerspec'],
  ],
  ret: 'int',
  handler: timerGettime(itimerspec),
};

/** timer_gettime(2) with 64-bit time. */
export const sys_timer_gettime64: SyscallRow = {
  name: 'timer_gettime64',
  nr: { i386: 408, arm: 408 },
  args: [
    ['timer_id', 'int'],
    ['setting', 'outitimerspec64'],
  ],
  ret: 'int',
  handler: timerGettime(kernelItimerspec),
};

/** timer_getoverrun(2). */
export const sys_timer_getoverrun: SyscallRow = {
  name: 'timer_getoverrun',
  nr: { i386: 262, x86_64: 225, arm: 260 },
  args: [['timer_id', 'int']],
  ret: 'int',
  handler: (k, task, [id = 0]) => timerArg(k, task, id).overrunLast,
};

/** timer_delete(2). */
export const sys_timer_delete: SyscallRow = {
  name: 'timer_delete',
  nr: { i386: 263, x86_64: 226, arm: 261 },
  args: [['timer_id', 'int']],
  ret: 'int',
  handler(k, task, [id = 0]) {
    const timer = timerArg(k, task, id);
    hrtimerCancel(k, timer);
    dropTimerSignal(k, timer);
    const left = (k.state.posixTimers.get(task.tgid) ?? []).filter((other) => other !== timer);
    if (left.length > 0) k.state.posixTimers.set(task.tgid, left);
    else k.state.posixTimers.delete(task.tgid);
    return 0;
  },
};

export const POSIX_TIMER_ROWS = [
  sys_timer_create,
  sys_timer_settime,
  sys_timer_settime64,
  sys_timer_gettime,
  sys_timer_gettime64,
  sys_timer_getoverrun,
  sys_timer_delete,
];
