import type { Kernel } from '../state.ts';
import type { ArmedTimer } from './posix-timer-types.ts';

/** Timers by the clock, besides alarm and setitimer: a list, since there are few. Linux: kernel/time/hrtimer.c. */

/** Have it fire at `timer.expiresNs`. */
export function hrtimerStart(k: Kernel, timer: ArmedTimer): void {
  if (!k.state.armedTimers.includes(timer)) k.state.armedTimers.push(timer);
}

export function hrtimerCancel(k: Kernel, timer: ArmedTimer): void {
  const at = k.state.armedTimers.indexOf(timer);
  if (at >= 0) k.state.armedTimers.splice(at, 1);
}

/** Instant of virtual time of the next one, Infinity when there is none. */
export function nextHrtimerNs(k: Kernel): number {
  let next = Infinity;
  for (const { expiresNs } of k.state.armedTimers) if (expiresNs < next) next = expiresNs;
  return next;
}

/** Take out those whose instant has come, in the order of their instants. */
export function expiredHrtimers(k: Kernel, nowNs: number): ArmedTimer[] {
  const { armedTimers } = k.state;
  if (!armedTimers.some(({ expiresNs }) => expiresNs <= nowNs)) return [];
  k.state.armedTimers = armedTimers.filter(({ expiresNs }) => expiresNs > nowNs);
  return armedTimers.filter(({ expiresNs }) => expiresNs <= nowNs).sort((a, b) => a.expiresNs - b.expiresNs);
}

/** How often a timer has expired until now, the first time included, and when it does next. Linux: hrtimer_forward(). */
export function forward(expiresNs: number, intervalNs: number, nowNs: number): { times: number; nextNs: number } {
  if (nowNs < expiresNs) return { times: 0, nextNs: expiresNs };
  const times = Math.floor((nowNs - expiresNs) / intervalNs) + 1;
  return { times, nextNs: expiresNs + times * intervalNs };
}
