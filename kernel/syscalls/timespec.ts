import { EINVAL } from '../abi/errno.ts';
import { kernelTimespec, type timespec } from '../abi/structs.ts';
import type { VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError } from './row.ts';
import { getStruct, putStruct } from './user.ts';

/** Times in user memory: the ISA's own `timespec`, or the one with 64-bit seconds of the `_time64` calls. */
export type TimespecLayout = typeof timespec | typeof kernelTimespec;

export const NSEC_PER_SEC = 1_000_000_000;
export const NSEC_PER_USEC = 1000;

/** A time in ns, exact up to 2^53. Throws EFAULT, and EINVAL for a negative one or a fraction of a second or more. */
export function getTimespec(k: Kernel, task: Task, layout: TimespecLayout, addr: VirtAddr): number {
  const { tv_sec, tv_nsec } = readTimespec(k, task, layout, addr);
  return tv_sec * NSEC_PER_SEC + tv_nsec;
}

/** The same, exact. */
export function getTimespecBig(k: Kernel, task: Task, layout: TimespecLayout, addr: VirtAddr): bigint {
  const { tv_sec, tv_nsec } = readTimespec(k, task, layout, addr);
  return BigInt(tv_sec) * BigInt(NSEC_PER_SEC) + BigInt(tv_nsec);
}

function readTimespec(k: Kernel, task: Task, layout: TimespecLayout, addr: VirtAddr) {
  const { tv_sec, tv_nsec: raw } = getStruct(k, task, layout as typeof timespec, addr);
  // 32-bit programs leave padding behind the 32 bits that count.
  const tv_nsec = layout === kernelTimespec ? raw >>> 0 : raw;
  if (tv_sec < 0 || tv_nsec < 0 || tv_nsec >= NSEC_PER_SEC) throw new SyscallError(EINVAL);
  return { tv_sec, tv_nsec };
}

/** Throws EFAULT. */
export function putTimespec(k: Kernel, task: Task, layout: TimespecLayout, addr: VirtAddr, ns: number | bigint): void {
  const whole = BigInt(ns);
  const perSec = BigInt(NSEC_PER_SEC);
  const values = { tv_sec: Number(whole / perSec), tv_nsec: Number(whole % perSec) };
  putStruct(k, task, layout as typeof timespec, addr, values);
}

/** ns as the fields of a `timeval`. */
export function toTimeval(ns: number): { tv_sec: number; tv_usec: number } {
  const tv_sec = Math.floor(ns / NSEC_PER_SEC);
  return { tv_sec, tv_usec: Math.floor((ns - tv_sec * NSEC_PER_SEC) / NSEC_PER_USEC) };
}
