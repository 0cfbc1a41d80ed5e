import { PAGE_SIZE } from './mm/types.ts';
import { threadsOf } from './signal/wake.ts';
import type { Kernel } from './state.ts';
import type { Task } from './task.ts';

/** What getrusage(2) counts. Linux: kernel/sys.c getrusage(). */
export interface Usage {
  /** All CPU time is user time; one instruction is 1 ns. */
  cpuNs: number;
  minFlt: number;
  nvcsw: number;
  nivcsw: number;
  /** The most pages that were resident at once. */
  maxRssPages: number;
}

export function noUsage(): Usage {
  return { cpuNs: 0, minFlt: 0, nvcsw: 0, nivcsw: 0, maxRssPages: 0 };
}

/** Counts add up, of resident pages the largest number counts. */
function sum(all: readonly Usage[]): Usage {
  const total = noUsage();
  for (const one of all) {
    total.cpuNs += one.cpuNs;
    total.minFlt += one.minFlt;
    total.nvcsw += one.nvcsw;
    total.nivcsw += one.nivcsw;
    total.maxRssPages = Math.max(total.maxRssPages, one.maxRssPages);
  }
  return total;
}

/** RUSAGE_THREAD. */
export function threadUsage({ retired, minFlt, nvcsw, nivcsw, mm }: Task): Usage {
  return { cpuNs: retired, minFlt, nvcsw, nivcsw, maxRssPages: Math.max(mm?.rss ?? 0, mm?.hiwaterRss ?? 0) };
}

/** RUSAGE_SELF: of the group's threads, those that have exited included. */
export function groupUsage(k: Kernel, task: Task): Usage {
  return sum([task.signal.exited, ...threadsOf(k, task).map(threadUsage)]);
}

/** RUSAGE_BOTH, as wait4 tells it: of the process and the children that it has waited for. */
export function wholeUsage(k: Kernel, task: Task): Usage {
  return sum([groupUsage(k, task), task.signal.reaped]);
}

/** The thread is no longer among the group's. */
export function accountExit(task: Task): void {
  task.signal.exited = sum([task.signal.exited, threadUsage(task)]);
}

/** The address space is given up by execve: its pages still count. Linux: setmax_mm_hiwater_rss(). */
export function accountOldMm(task: Task): void {
  const { maxRssPages } = threadUsage(task);
  task.signal.exited = sum([task.signal.exited, { ...noUsage(), maxRssPages }]);
}

/** A child that used so much has been waited for. Linux: wait_task_zombie(). */
export function accountReaped(parent: Task, usage: Usage): void {
  parent.signal.reaped = sum([parent.signal.reaped, usage]);
}

/** KiB, as ru_maxrss is told. */
export function maxRssKib({ maxRssPages }: Usage): number {
  return (maxRssPages * PAGE_SIZE) / 1024;
}
