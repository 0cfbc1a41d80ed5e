import { EINVAL } from '../abi/errno.ts';
import {
  CLOCK_BOOTTIME,
  CLOCK_MONOTONIC,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_REALTIME_COARSE,
  CLOCK_TAI,
  CLOCK_THREAD_CPUTIME_ID,
} from '../abi/time.ts';
import { findTaskOrSelf } from '../pid.ts';
import { nowNs } from '../sched.ts';
import { groupCpuNs } from '../signal/timers.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError } from './row.ts';

/** The clocks of clock_gettime(2), all of them driven by the count of instructions. */

/** A tick, which is how often Linux moves the coarse clocks (HZ=250). */
const TICK_NS = 4_000_000n;

/** Time of day in ns since the epoch. */
export function realtimeNs(k: Kernel): bigint {
  return k.clock.bootTimeNs + BigInt(Math.floor(nowNs(k) + k.state.clockOffsetNs));
}

/** The clock's time in ns. Throws EINVAL for one that there is not. */
export function clockNs(k: Kernel, task: Task, clock: number): bigint {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_TAI:
      return realtimeNs(k);
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
      return BigInt(Math.floor(nowNs(k)));
    case CLOCK_REALTIME_COARSE:
      return coarse(realtimeNs(k));
    case CLOCK_MONOTONIC_COARSE:
      return coarse(BigInt(Math.floor(nowNs(k))));
    case CLOCK_PROCESS_CPUTIME_ID:
      return BigInt(groupCpuNs(k, task));
    case CLOCK_THREAD_CPUTIME_ID:
      return BigInt(task.retired);
    default:
      return cpuClockNs(k, task, clock);
  }
}

function coarse(ns: bigint): bigint {
  return ns - (ns % TICK_NS);
}

/** clock_getcpuclockid(3): a negative number of ~pid and, in its low three bits, whose and what time. Linux: posix-cpu-timers.c. */
function cpuClockNs(k: Kernel, task: Task, clock: number): bigint {
  const PERTHREAD = 4;
  if (clock >= 0 || (clock & 3) === 3) throw new SyscallError(EINVAL);
  const pid = ~(clock >> 3);
  const target = findTaskOrSelf(k, task, pid);
  const perThread = (clock & PERTHREAD) !== 0;
  if (!target || (perThread ? target.tgid !== task.tgid : target.pid !== target.tgid)) throw new SyscallError(EINVAL);
  return BigInt(perThread ? target.retired : groupCpuNs(k, target));
}

/** The clock's resolution in ns. Throws EINVAL. */
export function clockResolutionNs(k: Kernel, task: Task, clock: number): bigint {
  clockNs(k, task, clock);
  return clock === CLOCK_REALTIME_COARSE || clock === CLOCK_MONOTONIC_COARSE ? TICK_NS : 1n;
}

/** An instant of the time of day as one of virtual time. */
export function realtimeInstant(k: Kernel, ns: bigint): number {
  return Number(ns - k.clock.bootTimeNs) - k.state.clockOffsetNs;
}
