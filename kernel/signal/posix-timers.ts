import { SI_TIMER, SIGEV_NONE, SIGEV_THREAD_ID } from '../abi/signal.ts';
import { CLOCK_PROCESS_CPUTIME_ID } from '../abi/time.ts';
import { timerfdFired } from '../fs/timerfd.ts';
import { currentTask, nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Task } from '../task.ts';
import { expiredHrtimers, forward, hrtimerCancel, hrtimerStart } from './hrtimer.ts';
import { recalcSigpending } from './pending.ts';
import type { PosixTimer } from './posix-timer-types.ts';
import { sendSignal, sendSignalGroup } from './send.ts';
import { sigdelset } from './sigset.ts';
import { threadsOf } from './wake.ts';

/**
 * Timers of timer_create(2). A periodic one is started again when its signal is delivered, which is also when its overruns are
 * counted. Linux: kernel/time/posix-timers.c, posix-cpu-timers.c.
 */

/** DELAYTIMER_MAX. */
const OVERRUN_MAX = 0x7fff_ffff;

/** It follows a CPU clock: of a process, or (negative) of one thread. */
export function isCpuTimer({ clock }: PosixTimer): boolean {
  return clock < 0 || clock === CLOCK_PROCESS_CPUTIME_ID;
}

/** The CPU clock of one thread, as clock_getcpuclockid(3) makes it. */
export function threadCpuClock(pid: number): number {
  const PERTHREAD_SCHED = 6;
  return ~pid * 8 + PERTHREAD_SCHED;
}

export function timerById(k: Kernel, task: Task, id: number): PosixTimer | undefined {
  return k.state.posixTimers.get(task.tgid)?.find((timer) => timer.id === id);
}

/** What the timer's clock shows, in the terms of its expiresNs. Infinity below what a dead thread could reach. */
export function timerNowNs(k: Kernel, timer: PosixTimer): number {
  if (!isCpuTimer(timer)) return nowNs(k);
  const { clock } = timer;
  const perThread = clock < 0 && (clock & 4) !== 0;
  const pid = clock < 0 ? ~(clock >> 3) || timer.tgid : timer.tgid;
  const task = k.state.tasks.get(pid);
  if (!task) return 0;
  if (perThread) return task.retired;
  return threadsOf(k, task).reduce((sum, thread) => sum + thread.retired, task.signal.exited.cpuNs);
}

/** Have it run from now on, or be off with expiresNs 0. A timer without a signal only tells the time. */
export function startTimer(k: Kernel, timer: PosixTimer): void {
  hrtimerCancel(k, timer);
  if (timer.expiresNs !== 0 && !isCpuTimer(timer) && timer.notify !== SIGEV_NONE) hrtimerStart(k, timer);
}

/** Fire all timers whose instant has come. */
export function runPosixTimers(k: Kernel): void {
  if (k.state.armedTimers.length > 0) {
    for (const timer of expiredHrtimers(k, nowNs(k))) {
      if (timer.kind === 'timerfd') timerfdFired(k, timer);
      else fire(k, timer);
    }
  }
  if (k.state.posixTimers.size === 0) return;
  for (const timer of cpuTimersRunning(k)) if (timer.expiresNs <= timerNowNs(k, timer)) fire(k, timer);
}

/** CPU timers of the group that ran last and of the one that runs next: no other group uses CPU time. */
function cpuTimersRunning(k: Kernel): PosixTimer[] {
  const tgids = new Set([k.state.current, k.state.runQueue[0] ?? 0].map((pid) => k.state.tasks.get(pid)?.tgid ?? 0));
  return [...tgids]
    .flatMap((tgid) => k.state.posixTimers.get(tgid) ?? [])
    .filter((timer) => isCpuTimer(timer) && timer.expiresNs !== 0 && !timer.signalled && timer.notify !== SIGEV_NONE);
}

/** Instant of virtual time at which a CPU timer may expire, Infinity when none is set. */
export function nextCpuTimerNs(k: Kernel): number {
  if (k.state.posixTimers.size === 0) return Infinity;
  let next = Infinity;
  for (const timer of cpuTimersRunning(k)) {
    next = Math.min(next, nowNs(k) + Math.max(0, timer.expiresNs - timerNowNs(k, timer)));
  }
  return next;
}

/** Linux: posix_timer_fn(), posix_timer_queue_signal(). */
function fire(k: Kernel, timer: PosixTimer): void {
  const { id, signo, value } = timer;
  const target = k.state.tasks.get(timer.notify === SIGEV_THREAD_ID ? timer.tid : timer.tgid);
  const info: SigInfo = { signo, errno: 0, code: SI_TIMER, timerId: id, overrun: 0, value };
  if (target && timer.notify === SIGEV_THREAD_ID) sendSignal(k, target, info);
  else if (target) sendSignalGroup(k, target, info);
  const queued = target?.pending.queue.includes(info) || target?.signal.sharedPending.queue.includes(info);
  if (queued) timer.signalled = true;
  else if (timer.intervalNs === 0) timer.expiresNs = 0;
  else goOn(k, timer);
}

/** The next expiry of a periodic timer. Returns how many there were since it was set to expire. */
function goOn(k: Kernel, timer: PosixTimer): number {
  const { times, nextNs } = forward(timer.expiresNs, timer.intervalNs, timerNowNs(k, timer));
  timer.expiresNs = nextNs;
  startTimer(k, timer);
  return times;
}

/** The signal of a timer of the current process is about to be delivered. Linux: posixtimer_rearm(). */
export function posixTimerRearm(k: Kernel, info: SigInfo): void {
  const timer = timerById(k, currentTask(k), info.timerId ?? -1);
  if (!timer?.signalled) return;
  timer.signalled = false;
  timer.overrunLast = 0;
  if (timer.intervalNs === 0) timer.expiresNs = 0;
  else timer.overrunLast = Math.min(OVERRUN_MAX, Math.max(0, goOn(k, timer) - 1));
  info.overrun = timer.overrunLast;
}

/** Time until the next expiry and the interval, in ns. Linux: common_timer_get(). */
export function timerRemaining(k: Kernel, timer: PosixTimer): { valueNs: number; intervalNs: number } {
  const { expiresNs, intervalNs } = timer;
  if (expiresNs === 0) return { valueNs: 0, intervalNs };
  const now = timerNowNs(k, timer);
  if (expiresNs > now) return { valueNs: expiresNs - now, intervalNs };
  if (intervalNs === 0) return { valueNs: timer.notify === SIGEV_NONE || timer.signalled ? 0 : 1, intervalNs };
  return { valueNs: forward(expiresNs, intervalNs, now).nextNs - now, intervalNs };
}

/** A signal of the timer that has not been delivered is none of its new setting's. */
export function dropTimerSignal(k: Kernel, timer: PosixTimer): void {
  timer.signalled = false;
  const leader = k.state.tasks.get(timer.tgid);
  if (!leader) return;
  const isOurs = (info: SigInfo): boolean => info.code === SI_TIMER && info.timerId === timer.id;
  for (const { pending } of [...threadsOf(k, leader), { pending: leader.signal.sharedPending }]) {
    if (!pending.queue.some(isOurs)) continue;
    pending.queue = pending.queue.filter((info) => !isOurs(info));
    if (!pending.queue.some(({ signo }) => signo === timer.signo)) sigdelset(pending.set, timer.signo);
  }
  for (const thread of threadsOf(k, leader)) recalcSigpending(thread);
}

/** Exit of the last thread, and exec: the group's timers are gone. Linux: exit_itimers(). */
export function exitItimers(k: Kernel, tgid: number): void {
  for (const timer of k.state.posixTimers.get(tgid) ?? []) hrtimerCancel(k, timer);
  k.state.posixTimers.delete(tgid);
}
