import { POLLIN } from '../abi/poll.ts';
import { anonChannel } from '../fs/anon-inode.ts';
import { wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';

/**
 * The time of day has been set forward by `deltaNs` (back, if negative): instants of it come so much earlier, and timerfds that
 * asked for it are told. Linux: kernel/time/hrtimer.c clock_was_set(), fs/timerfd.c timerfd_clock_was_set().
 */
export function clockWasSet(k: Kernel, deltaNs: number): void {
  for (const timer of k.state.armedTimers) {
    if (!timer.realtime) continue;
    timer.expiresNs = Math.max(1, timer.expiresNs - deltaNs);
    if (timer.kind !== 'timerfd' || !timer.cancelOnSet) continue;
    timer.cancelled = true;
    wakeUp(k, anonChannel(timer.fileId), POLLIN);
  }
}
