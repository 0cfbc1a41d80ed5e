import { EINVAL } from '../abi/errno.ts';
import { itimerspec, kernelItimerspec } from '../abi/structs/time.ts';
import { callIsa } from '../fs/uargs.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { clockNs } from './clocks.ts';
import { SyscallError } from './row.ts';
import { NSEC_PER_SEC } from './timespec.ts';
import { getStruct, putStruct } from './user.ts';

/** A timer's setting in user memory, in the ISA's own layout or with 64-bit seconds. */
export type ItimerspecLayout = typeof itimerspec | typeof kernelItimerspec;

/** In ns; value 0 is off. */
export interface TimerSetting {
  valueNs: number;
  intervalNs: number;
}

/** What is asked for: an instant of a clock needs all its digits. */
export interface WantedTimer {
  value: bigint;
  intervalNs: number;
}

/** KTIME_MAX: what lies further away is as good as never, and numbers stay exact. */
const FAR_NS = 2 ** 53;

function toNs(tv_sec: number, tv_nsec: number): bigint {
  if (tv_sec < 0 || tv_nsec < 0 || tv_nsec >= NSEC_PER_SEC) throw new SyscallError(EINVAL);
  return BigInt(tv_sec) * BigInt(NSEC_PER_SEC) + BigInt(tv_nsec);
}

/** Throws EFAULT, EINVAL. */
export function getItimerspec(k: Kernel, task: Task, layout: ItimerspecLayout, addr: number): WantedTimer {
  const { it_interval, it_value } = getStruct(k, task, layout as typeof itimerspec, addr);
  // 32-bit programs leave padding behind the 32 bits that count.
  const is32 = layout === kernelItimerspec && itimerspec.size(callIsa(task)) < kernelItimerspec.size(callIsa(task));
  const fraction = (ns: number): number => (is32 ? ns >>> 0 : ns);
  return {
    value: toNs(it_value.tv_sec, fraction(it_value.tv_nsec)),
    intervalNs: near(toNs(it_interval.tv_sec, fraction(it_interval.tv_nsec))),
  };
}

/** Throws EFAULT. */
export function putItimerspec(
  k: Kernel,
  task: Task,
  layout: ItimerspecLayout,
  addr: number,
  { valueNs, intervalNs }: TimerSetting,
): void {
  const split = (ns: number) => ({ tv_sec: Math.floor(ns / NSEC_PER_SEC), tv_nsec: ns % NSEC_PER_SEC });
  putStruct(k, task, layout as typeof itimerspec, addr, { it_interval: split(intervalNs), it_value: split(valueNs) });
}

function near(ns: bigint): number {
  return Math.min(FAR_NS, Number(ns));
}

/** The instant of virtual time that is meant; 0 for off. An absolute one that is over comes at once. */
export function expiryNs(k: Kernel, task: Task, clock: number, value: bigint, absolute: boolean): number {
  if (value === 0n) return 0;
  return Math.max(1, nowNs(k) + near(absolute ? value - clockNs(k, task, clock) : value));
}
