import { EAGAIN, ECANCELED, EFAULT, EINVAL, ERESTARTSYS } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/fcntl.ts';
import { POLLIN } from '../abi/poll.ts';
import { writeU64 } from '../bytes.ts';
import { nowNs, signalPending, sleepOn, wakeUp } from '../sched.ts';
import { forward, hrtimerStart } from '../signal/hrtimer.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { anonChannel } from './anon-inode.ts';
import type { TimerfdCtx } from './anon-types.ts';
import type { IovIter } from './iov-iter.ts';
import type { File } from './types.ts';

/** timerfd_create(2). A periodic timer that has fired goes on when it is read. Linux: fs/timerfd.c. */

const WORD_BYTES = 8;

export function timerfdOf(file: File): TimerfdCtx | null {
  return file.privateData?.kind === 'timerfd' ? file.privateData : null;
}

/** Its instant has come. Linux: timerfd_triggered(). */
export function timerfdFired(k: Kernel, ctx: TimerfdCtx): void {
  ctx.expired = ctx.intervalNs !== 0;
  if (!ctx.expired) ctx.expiresNs = 0;
  ctx.ticks++;
  wakeUp(k, anonChannel(ctx.fileId), POLLIN);
}

/** Count what a periodic timer has missed since it fired, and start it again. */
export function timerfdCatchUp(k: Kernel, ctx: TimerfdCtx): void {
  if (!ctx.expired) return;
  const { times, nextNs } = forward(ctx.expiresNs, ctx.intervalNs, nowNs(k));
  ctx.expired = false;
  ctx.ticks += times - 1;
  ctx.expiresNs = nextNs;
  hrtimerStart(k, ctx);
}

/** The number of expirations. */
export function timerfdRead(k: Kernel, task: Task, file: File, to: IovIter): number {
  const ctx = timerfdOf(file);
  if (!ctx || to.count < WORD_BYTES) return -EINVAL;
  if (ctx.cancelled) {
    ctx.cancelled = false;
    ctx.ticks = 0;
    ctx.expired = false;
    return -ECANCELED;
  }
  if (ctx.ticks === 0) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    if (signalPending(task)) return -ERESTARTSYS;
    return sleepOn(k, task, [anonChannel(file.id)]);
  }
  timerfdCatchUp(k, ctx);
  const bytes = new Uint8Array(WORD_BYTES);
  writeU64(bytes, 0, ctx.ticks);
  ctx.ticks = 0;
  ctx.expired = false;
  return to.copyTo(bytes) === WORD_BYTES ? WORD_BYTES : -EFAULT;
}

export function timerfdPoll(_k: Kernel, file: File): number {
  const ctx = timerfdOf(file);
  return ctx && (ctx.ticks > 0 || ctx.cancelled) ? POLLIN : 0;
}
