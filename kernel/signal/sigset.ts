import { SIGKILL, SIGSTOP } from '../abi/signal.ts';
import type { Sigset } from '../task.ts';

/** Sets of signals 1 to 64. Linux: include/linux/signal.h. Every function but `sigaddset` and `sigdelset` makes a new set. */

export function emptySet(): Sigset {
  return { lo: 0, hi: 0 };
}

/** The set of the signals listed. */
export function sigmask(...signals: number[]): Sigset {
  const set = emptySet();
  for (const signo of signals) sigaddset(set, signo);
  return set;
}

export function sigismember(set: Sigset, signo: number): boolean {
  return signo > 32 ? ((set.hi >>> (signo - 33)) & 1) === 1 : ((set.lo >>> (signo - 1)) & 1) === 1;
}

export function sigaddset(set: Sigset, signo: number): void {
  if (signo > 32) set.hi = (set.hi | (1 << (signo - 33))) >>> 0;
  else set.lo = (set.lo | (1 << (signo - 1))) >>> 0;
}

export function sigdelset(set: Sigset, signo: number): void {
  if (signo > 32) set.hi = (set.hi & ~(1 << (signo - 33))) >>> 0;
  else set.lo = (set.lo & ~(1 << (signo - 1))) >>> 0;
}

export function sigorsets(a: Sigset, b: Sigset): Sigset {
  return { lo: (a.lo | b.lo) >>> 0, hi: (a.hi | b.hi) >>> 0 };
}

export function sigandsets(a: Sigset, b: Sigset): Sigset {
  return { lo: (a.lo & b.lo) >>> 0, hi: (a.hi & b.hi) >>> 0 };
}

/** Members of `a` that are not in `b`. */
export function sigandnsets(a: Sigset, b: Sigset): Sigset {
  return { lo: (a.lo & ~b.lo) >>> 0, hi: (a.hi & ~b.hi) >>> 0 };
}

export function sigisemptyset(set: Sigset): boolean {
  return set.lo === 0 && set.hi === 0;
}

/** A mask that user space asks for: SIGKILL and SIGSTOP cannot be blocked. */
export function withoutUnblockable(set: Sigset): Sigset {
  return sigandnsets(set, sigmask(SIGKILL, SIGSTOP));
}

/** The lowest member, or 0. */
export function lowestSignal(set: Sigset): number {
  if (set.lo !== 0) return 32 - Math.clz32(set.lo & -set.lo);
  if (set.hi !== 0) return 64 - Math.clz32(set.hi & -set.hi);
  return 0;
}
