import { SI_KERNEL, SIGALRM, SIGPROF, SIGVTALRM } from '../abi/signal.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Itimers, Task } from '../task.ts';
import { nextHrtimerNs } from './hrtimer.ts';
import { nextCpuTimerNs, runPosixTimers } from './posix-timers.ts';
import { checkCpuLimit, cpuLimitNs } from './rlimit-cpu.ts';
import { sendSignalGroup } from './send.ts';
import { threadsOf } from './wake.ts';

/**
 * alarm(2) and setitimer(2). The real timer is `signal.alarmNs`, an instant of virtual time; the other two expire at a CPU
 * time of the thread group. One instruction is 1 ns, and all CPU time is user time. Linux: kernel/time/itimer.c.
 */

/** CPU time of the group's threads, those that have exited included, in ns. */
export function groupCpuNs(k: Kernel, task: Task): number {
  let total = task.signal.exited.cpuNs;
  for (const thread of threadsOf(k, task)) total += thread.retired;
  return total;
}

/** The timers of the group, all off at first. */
export function itimersOf(k: Kernel, { tgid, signal }: Task): Itimers {
  if (!signal.itimers) {
    signal.itimers = { realIntervalNs: 0, virtualNs: 0, virtualIntervalNs: 0, profNs: 0, profIntervalNs: 0 };
    k.state.itimerGroups.push(tgid);
  }
  return signal.itimers;
}

/** The group has ended. */
export function dropItimers(k: Kernel, { tgid, signal }: Task): void {
  if (!signal.itimers) return;
  signal.alarmNs = 0;
  signal.itimers = null;
  k.state.itimerGroups = k.state.itimerGroups.filter((other) => other !== tgid);
}

/** Instant of virtual time at which the next timer may expire, Infinity when none is set. */
export function nextTimerNs(k: Kernel): number {
  let next = Math.min(nextHrtimerNs(k), nextCpuTimerNs(k));
  for (const tgid of k.state.itimerGroups) {
    const alarmNs = k.state.tasks.get(tgid)?.signal.alarmNs ?? 0;
    if (alarmNs !== 0) next = Math.min(next, alarmNs);
  }
  // Only the group that runs uses up CPU time.
  const running = k.state.tasks.get(k.state.runQueue[0] ?? 0);
  if (running) next = Math.min(next, cpuLimitNs(k, running));
  if (!running?.signal.itimers) return next;
  const { virtualNs, profNs } = running.signal.itimers;
  const cpuNs = groupCpuNs(k, running);
  for (const expiry of [virtualNs, profNs]) {
    if (expiry !== 0) next = Math.min(next, nowNs(k) + Math.max(0, expiry - cpuNs));
  }
  return next;
}

/** Send the signals of the timers that have expired, and set periodic ones anew. */
export function runTimers(k: Kernel): void {
  runPosixTimers(k);
  checkCpuLimit(k, k.state.tasks.get(k.state.current));
  for (const tgid of k.state.itimerGroups) {
    const leader = k.state.tasks.get(tgid);
    if (!leader?.signal.itimers) continue;
    runRealTimer(k, leader);
    runCpuTimers(k, leader, leader.signal.itimers);
  }
}

/** Linux: it_real_fn(). */
function runRealTimer(k: Kernel, task: Task): void {
  const { signal } = task;
  const now = nowNs(k);
  if (signal.alarmNs === 0 || signal.alarmNs > now) return;
  signal.alarmNs = nextExpiry(signal.alarmNs, signal.itimers?.realIntervalNs ?? 0, now);
  expire(k, task, SIGALRM);
}

/** Linux: check_cpu_itimer(). */
function runCpuTimers(k: Kernel, task: Task, timers: Itimers): void {
  const cpuNs = groupCpuNs(k, task);
  if (timers.virtualNs !== 0 && timers.virtualNs <= cpuNs) {
    timers.virtualNs = nextExpiry(timers.virtualNs, timers.virtualIntervalNs, cpuNs);
    expire(k, task, SIGVTALRM);
  }
  if (timers.profNs !== 0 && timers.profNs <= cpuNs) {
    timers.profNs = nextExpiry(timers.profNs, timers.profIntervalNs, cpuNs);
    expire(k, task, SIGPROF);
  }
}

/** The first multiple of the interval after `now`; 0, that is off, without an interval. */
function nextExpiry(expired: number, intervalNs: number, now: number): number {
  if (intervalNs === 0) return 0;
  return expired + (Math.floor((now - expired) / intervalNs) + 1) * intervalNs;
}

function expire(k: Kernel, task: Task, signo: number): void {
  sendSignalGroup(k, task, { signo, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
}
