import { CAP_SYS_TIME } from '../abi/capability.ts';
import { EFAULT, EINVAL, EPERM } from '../abi/errno.ts';
import { RUSAGE_CHILDREN, RUSAGE_SELF, RUSAGE_THREAD } from '../abi/resource.ts';
import { defineStruct } from '../abi/struct.ts';
import { kernelTimespec, rusage, timespec, timeval, timezone, tms } from '../abi/structs.ts';
import { CLOCK_REALTIME } from '../abi/time.ts';
import { capable } from '../commoncap.ts';

import type { VirtAddr } from '../ports.ts';
import { groupUsage, maxRssKib, threadUsage, type Usage } from '../rusage.ts';
import { nowNs } from '../sched.ts';
import { clockWasSet } from '../signal/clock-set.ts';
import { groupCpuNs } from '../signal/timers.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { clockNs, clockResolutionNs, realtimeNs } from './clocks.ts';
import { ITIMER_ROWS } from './itimer.ts';
import type { SyscallRow } from './row.ts';
import { SLEEP_ROWS } from './sleep.ts';
import {
  getTimespecBig,
  NSEC_PER_SEC,
  NSEC_PER_USEC,
  putTimespec,
  type TimespecLayout,
  toTimeval,
} from './timespec.ts';
import { getStruct, putStruct } from './user.ts';

/** Clock tick of times(2): USER_HZ 100. */
const TICK_NS = 10_000_000;

const timeLayout = defineStruct('time_t', { seconds: 'long' });

/** time(2). */
const sys_time: SyscallRow = {
  name: 'time',
  nr: { i386: 13, x86_64: 201 },
  args: [['tloc', 'outlong']],
  ret: 'long',
  handler(k, task, [tloc = 0]) {
    const seconds = Number(realtimeNs(k) / BigInt(NSEC_PER_SEC));
    if (tloc !== 0) putStruct(k, task, timeLayout, tloc, { seconds });
    return seconds;
  },
};

function clockGettime(layout: TimespecLayout): SyscallRow['handler'] {
  return (k, task, [clock = 0, tp = 0]) => {
    putTimespec(k, task, layout, tp, clockNs(k, task, clock));
    return 0;
  };
}

function clockGetres(layout: TimespecLayout): SyscallRow['handler'] {
  return (k, task, [clock = 0, tp = 0]) => {
    const resolution = clockResolutionNs(k, task, clock);
    if (tp !== 0) putTimespec(k, task, layout, tp, resolution);
    return 0;
  };
}

/** Linux: do_settimeofday64(). Only root may. */
function setRealtime(k: Kernel, task: Task, ns: bigint): number {
  if (!capable(task.cred, CAP_SYS_TIME)) return -EPERM;
  const deltaNs = Number(ns - realtimeNs(k));
  k.state.clockOffsetNs += deltaNs;
  clockWasSet(k, deltaNs);
  return 0;
}

function clockSettime(layout: TimespecLayout): SyscallRow['handler'] {
  return (k, task, [clock = 0, tp = 0]) => {
    if (clock !== CLOCK_REALTIME) return -EINVAL;
    return setRealtime(k, task, getTimespecBig(k, task, layout, tp));
  };
}

/** clock_gettime(2). */
const sys_clock_gettime: SyscallRow = {
  name: 'clock_gettime',
  nr: { i386: 265, x86_64: 228, arm: 263 },
  args: [
    ['which_clock', 'clockid'],
    ['tp', 'outtimespec'],
  ],
  ret: 'int',
  handler: clockGettime(timespec),
};

/** clock_gettime with 64-bit time. */
const sys_clock_gettime64: SyscallRow = {
  name: 'clock_gettime64',
  nr: { i386: 403, arm: 403 },
  args: [
    ['which_clock', 'clockid'],
    ['tp', 'outtimespec64'],
  ],
  ret: 'int',
  handler: clockGettime(kernelTimespec),
};

/** clock_getres(2). */
const sys_clock_getres: SyscallRow = {
  name: 'clock_getres',
  nr: { i386: 266, x86_64: 229, arm: 264 },
  args: [
    ['which_clock', 'clockid'],
    ['tp', 'outtimespec'],
  ],
  ret: 'int',
  handler: clockGetres(timespec),
};

/** clock_getres with 64-bit time. */
const sys_clock_getres_time64: SyscallRow = {
  name: 'clock_getres_time64',
  nr: { i386: 406, arm: 406 },
  args: [
    ['which_clock', 'clockid'],
    ['tp', 'outtimespec64'],
  ],
  ret: 'int',
  handler: clockGetres(kernelTimespec),
};

/** clock_settime(2). */
const sys_clock_settime: SyscallRow = {
  name: 'clock_settime',
  nr: { i386: 264, x86_64: 227, arm: 262 },
  args: [
    ['which_clock', 'clockid'],
    ['tp', 'timespec'],
  ],
  ret: 'int',
  handler: clockSettime(timespec),
};

/** clock_settime with 64-bit time. */
const sys_clock_settime64: SyscallRow = {
  name: 'clock_settime64',
  nr: { i386: 404, arm: 404 },
  args: [
    ['which_clock', 'clockid'],
    ['tp', 'timespec64'],
  ],
  ret: 'int',
  handler: clockSettime(kernelTimespec),
};

/** gettimeofday(2). The time zone is UTC. */
const sys_gettimeofday: SyscallRow = {
  name: 'gettimeofday',
  nr: { i386: 78, x86_64: 96, arm: 78 },
  args: [
    ['tv', 'outtimeval'],
    ['tz', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [tv = 0, tz = 0]) {
    const ns = realtimeNs(k);
    const perSec = BigInt(NSEC_PER_SEC);
    const tv_usec = Number((ns % perSec) / BigInt(NSEC_PER_USEC));
    if (tv !== 0) putStruct(k, task, timeval, tv, { tv_sec: Number(ns / perSec), tv_usec });
    if (tz !== 0) putStruct(k, task, timezone, tz, {});
    return 0;
  },
};

/** settimeofday(2). A time zone other than UTC is refused. */
const sys_settimeofday: SyscallRow = {
  name: 'settimeofday',
  nr: { i386: 79, x86_64: 164, arm: 79 },
  args: [
    ['tv', 'timeval'],
    ['tz', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [tv = 0, tz = 0]) {
    if (tz !== 0 && getStruct(k, task, timezone, tz).tz_minuteswest !== 0) return -EINVAL;
    if (!capable(task.cred, CAP_SYS_TIME)) return -EPERM;
    if (tv === 0) return 0;
    const { tv_sec, tv_usec } = getStruct(k, task, timeval, tv);
    if (tv_sec < 0 || tv_usec < 0 || tv_usec >= 1_000_000) return -EINVAL;
    return setRealtime(k, task, BigInt(tv_sec) * BigInt(NSEC_PER_SEC) + BigInt(tv_usec * NSEC_PER_USEC));
  },
};

/** times(2): returns the ticks since the machine's start. */
const sys_times: SyscallRow = {
  name: 'times',
  nr: { i386: 43, x86_64: 100, arm: 43 },
  args: [['buf', 'ptr']],
  ret: 'long',
  handler(k, task, [buf = 0]) {
    const ticks = (ns: number): number => Math.floor(ns / TICK_NS);
    const tms_utime = ticks(groupCpuNs(k, task));
    if (buf !== 0) putStruct(k, task, tms, buf, { tms_utime, tms_cutime: ticks(task.signal.reaped.cpuNs) });
    return ticks(nowNs(k));
  },
};

/** What getrusage tells of, or -EINVAL. */
function usageOf(k: Kernel, task: Task, who: number): Usage | number {
  if (who === RUSAGE_SELF) return groupUsage(k, task);
  if (who === RUSAGE_CHILDREN) return task.signal.reaped;
  return who === RUSAGE_THREAD ? threadUsage(task) : -EINVAL;
}

/** Throws EFAULT. */
export function putRusage(k: Kernel, task: Task, addr: VirtAddr, usage: Usage): void {
  putStruct(k, task, rusage, addr, {
    ru_utime: toTimeval(usage.cpuNs),
    ru_maxrss: maxRssKib(usage),
    ru_minflt: usage.minFlt,
    ru_nvcsw: usage.nvcsw,
    ru_nivcsw: usage.nivcsw,
  });
}

/** getrusage(2). All CPU time is user time; what is not counted is 0. */
const sys_getrusage: SyscallRow = {
  name: 'getrusage',
  nr: { i386: 77, x86_64: 98, arm: 77 },
  args: [
    ['who', 'int'],
    ['ru', 'rusage'],
  ],
  ret: 'int',
  handler(k, task, [who = 0, ru = 0]) {
    const usage = usageOf(k, task, who);
    if (typeof usage === 'number') return usage;
    if (ru === 0) return -EFAULT;
    putRusage(k, task, ru, usage);
    return 0;
  },
};

export const TIME_ROWS: readonly SyscallRow[] = [
  sys_time,
  sys_clock_gettime,
  sys_clock_gettime64,
  sys_clock_getres,
  sys_clock_getres_time64,
  sys_clock_settime,
  sys_clock_settime64,
  sys_gettimeofday,
  sys_settimeofday,
  sys_times,
  sys_getrusage,
  ...ITIMER_ROWS,
  ...SLEEP_ROWS,
];
