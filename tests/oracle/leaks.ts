import type { KernelState } from '../../kernel/state.ts';

/** What is still held when every process has ended, one line each: tasks, frames, kernel stacks, open files, timers, sleepers. */
export function findLeaks(state: KernelState): string[] {
  const { frames } = state;
  const leaks = [...state.tasks.keys()].map((pid) => `task ${pid}`);
  let cached = 0;
  for (const inode of state.cachedInodes) cached += inode.pages?.size ?? 0;
  if (frames.used !== cached) leaks.push(`${frames.used} frames in use, ${cached} of them by the page cache`);
  let mapped = 0;
  for (const inode of state.cachedInodes) {
    for (const frame of inode.pages?.values() ?? []) if (frames.refs[frame] !== 1) mapped++;
  }
  if (mapped > 0) leaks.push(`${mapped} cached frames still mapped`);
  const stacks = (frames.refs.length - frames.stackFloor) / 4 - frames.freeStacks.length;
  if (stacks !== 0) leaks.push(`${stacks} kernel stacks`);
  if (state.openFiles !== 0) leaks.push(`${state.openFiles} open files`);
  for (const [channel, items] of state.epollQueues) if (items.length > 0) leaks.push(`epolls that watch ${channel}`);
  if (state.armedTimers.length > 0) leaks.push(`${state.armedTimers.length} armed timers`);
  for (const pid of state.itimerGroups) leaks.push(`interval timers of ${pid}`);
  for (const pid of state.posixTimers.keys()) leaks.push(`timers of ${pid}`);
  const { shm, sem, msg } = state.nsproxy.ipc;
  for (const [kind, ids] of Object.entries({ 'shared memory': shm, semaphores: sem, messages: msg })) {
    for (const id of ids.entries.keys()) leaks.push(`${kind} ${id}`);
  }
  for (const [channel, pids] of state.waitQueues) if (pids.length > 0) leaks.push(`sleepers on ${channel}: ${pids}`);
  if (state.sleepers.length > 0) leaks.push(`deadlines of ${state.sleepers}`);
  if (state.runQueue.length > 0) leaks.push(`runnable: ${state.runQueue}`);
  return leaks;
}
