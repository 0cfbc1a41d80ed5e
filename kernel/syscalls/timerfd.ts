import { CAP_WAKE_ALARM } from '../abi/capability.ts';
import { EINVAL, EPERM } from '../abi/errno.ts';
import { itimerspec, kernelItimerspec } from '../abi/structs/time.ts';
import {
  CLOCK_BOOTTIME,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
} from '../abi/time.ts';
import { TFD_CLOEXEC, TFD_NONBLOCK, TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET } from '../abi/timerfd.ts';
import { capable } from '../commoncap.ts';
import { anonFile } from '../fs/anon-inode.ts';
import type { TimerfdCtx } from '../fs/anon-types.ts';
import { fdget } from '../fs/file.ts';
import { timerfdCatchUp, timerfdOf } from '../fs/timerfd.ts';
import { nowNs } from '../sched.ts';
import { hrtimerCancel, hrtimerStart } from '../signal/hrtimer.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { installAnon, O_RDWR } from './anon-fd.ts';
import {
  expiryNs,
  getItimerspec,
  type ItimerspecLayout,
  putItimerspec,
  type TimerSetting,
  type WantedTimer,
} from './itimerspec.ts';
import { SyscallError, type SyscallRow } from './row.ts';

/** Linux: fs/timerfd.c. */

const CLOCKS: readonly number[] = [
  CLOCK_REALTIME,
  CLOCK_MONOTONIC,
  CLOCK_BOOTTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_BOOTTIME_ALARM,
];

/** The clock that one with an alarm runs by: the machine never suspends. */
function baseClock(clock: number): number {
  if (clock === CLOCK_REALTIME_ALARM) return CLOCK_REALTIME;
  return clock === CLOCK_BOOTTIME_ALARM ? CLOCK_BOOTTIME : clock;
}

/** timerfd_create(2). */
export const sys_timerfd_create: SyscallRow = {
  name: 'timerfd_create',
  nr: { i386: 322, x86_64: 283, arm: 350 },
  args: [
    ['clockid', 'clockid'],
    ['flags', 'int'],
  ],
  ret: 'fd',
  handler(k, task, [clock = 0, flags = 0]) {
    if (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK) || !CLOCKS.includes(clock)) return -EINVAL;
    if (baseClock(clock) !== clock && !capable(task.cred, CAP_WAKE_ALARM)) return -EPERM;
    return installAnon(k, task, (flags & TFD_CLOEXEC) !== 0, () => {
      const ctx: TimerfdCtx = {
        kind: 'timerfd',
        fileId: 0,
        clock,
        expiresNs: 0,
        intervalNs: 0,
        realtime: false,
        cancelOnSet: false,
        cancelled: false,
        expired: false,
        ticks: 0,
        settimeFlags: 0,
      };
      const file = anonFile(k, ctx, O_RDWR | (flags & TFD_NONBLOCK), '[timerfd]');
      ctx.fileId = file.id;
      return file;
    });
  },
};

/** Throws EBADF, EINVAL. */
function timerfdArg(task: Task, fd: number): TimerfdCtx {
  const ctx = timerfdOf(fdget(task, fd));
  if (!ctx) throw new SyscallError(EINVAL);
  return ctx;
}

/** What is left of the timer. */
function setting(k: Kernel, { expiresNs, intervalNs, expired }: TimerfdCtx): TimerSetting {
  return { valueNs: expiresNs === 0 || expired ? 0 : Math.max(1, expiresNs - nowNs(k)), intervalNs };
}

/** Linux: do_timerfd_settime(). Returns what was set before. */
function setTime(k: Kernel, task: Task, ctx: TimerfdCtx, flags: number, wanted: WantedTimer): TimerSetting {
  timerfdCatchUp(k, ctx);
  const old = setting(k, ctx);
  const absolute = (flags & TFD_TIMER_ABSTIME) !== 0;
  const clock = baseClock(ctx.clock);
  hrtimerCancel(k, ctx);
  ctx.expired = false;
  ctx.ticks = 0;
  ctx.cancelled = false;
  ctx.settimeFlags = flags;
  ctx.intervalNs = wanted.intervalNs;
  ctx.realtime = absolute && clock === CLOCK_REALTIME;
  ctx.cancelOnSet = ctx.realtime && (flags & TFD_TIMER_CANCEL_ON_SET) !== 0;
  ctx.expiresNs = expiryNs(k, task, clock, wanted.value, absolute);
  if (ctx.expiresNs !== 0) hrtimerStart(k, ctx);
  return old;
}

function timerfdSettime(layout: ItimerspecLayout): SyscallRow['handler'] {
  return (k, task, [fd = 0, flags = 0, utmr = 0, otmr = 0]) => {
    const wanted = getItimerspec(k, task, layout, utmr);
    if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) return -EINVAL;
    const old = setTime(k, task, timerfdArg(task, fd), flags, wanted);
    if (otmr !== 0) putItimerspec(k, task, layout, otmr, old);
    return 0;
  };
}

function timerfdGettime(layout: ItimerspecLayout): SyscallRow['handler'] {
  return (k, task, [fd = 0, otmr = 0]) => {
    const ctx = timerfdArg(task, fd);
    timerfdCatchUp(k, ctx);
    putItimerspec(k, task, layout, otmr, setting(k, ctx));
    return 0;
  };
}

const SETTIME_ARGS = [
  ['ufd', 'fd'],
  ['flags', 'int'],
] as const;

/** timerfd_settime(2). */
export const sys_timerfd_settime: SyscallRow = {
  name: 'timerfd_settime',
  nr: { i386: 325, x86_64: 286, arm: 353 },
  args: [...SETTIME_ARGS, ['utmr', 'itimerspec'], ['otmr', 'outitimerspec']],
  ret: 'int',
  handler: timerfdSettime(itimerspec),
};

/** timerfd_settime(2) with 64-bit time. */
export const sys_timerfd_settime64: SyscallRow = {
  name: 'timerfd_settime64',
  nr: { i386: 411, arm: 411 },
  args: [...SETTIME_ARGS, ['utmr', 'itimerspec64'], ['otmr', 'outitimerspec64']],
  ret: 'int',
  handler: timerfdSettime(kernelItimerspec),
};

/** timerfd_gettime(2). */
export const sys_timerfd_gettime: SyscallRow = {
  name: 'timerfd_gettime',
  nr: { i386: 326, x86_64: 287, arm: 354 },
  args: [
    ['ufd', 'fd'],
    ['otmr', 'outitimerspec'],
  ],
  ret: 'int',
  handler: timerfdGettime(itimerspec),
};

/** timerfd_gettime(2) with 64-bit time. */
export const sys_timerfd_gettime64: SyscallRow = {
  name: 'timerfd_gettime64',
  nr: { i386: 410, arm: 410 },
  args: [
    ['ufd', 'fd'],
    ['otmr', 'outitimerspec64'],
  ],
  ret: 'int',
  handler: timerfdGettime(kernelItimerspec),
};

export const TIMERFD_ROWS = [
  sys_timerfd_create,
  sys_timerfd_settime,
  sys_timerfd_settime64,
  sys_timerfd_gettime,
  sys_timerfd_gettime64,
];
