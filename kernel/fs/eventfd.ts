import { EAGAIN, EFAULT, EINVAL, ERESTARTSYS } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/fcntl.ts';
import { POLLERR, POLLIN, POLLOUT } from '../abi/poll.ts';
import { signalPending, sleepOn, wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { anonChannel } from './anon-inode.ts';
import type { EventfdCtx } from './anon-types.ts';
import type { IovIter } from './iov-iter.ts';
import type { File } from './types.ts';

/** eventfd(2). Linux: fs/eventfd.c. */

const MAX = 0xffff_ffff_ffff_ffffn;
const WORD_BYTES = 8;

function ctxOf(file: File): EventfdCtx {
  if (file.privateData?.kind !== 'eventfd') throw new Error(`${file.path} is no eventfd`);
  return file.privateData;
}

/** A read or write that cannot go on: -EAGAIN, -ERESTARTSYS or SLEEP. */
function wait(k: Kernel, task: Task, file: File): number {
  if (file.flags & O_NONBLOCK) return -EAGAIN;
  if (signalPending(task)) return -ERESTARTSYS;
  return sleepOn(k, task, [anonChannel(file.id)]);
}

/** The whole count, or 1 of it for a semaphore. */
export function eventfdRead(k: Kernel, task: Task, file: File, to: IovIter): number {
  const ctx = ctxOf(file);
  if (to.count < WORD_BYTES) return -EINVAL;
  if (ctx.count === 0n) return wait(k, task, file);
  const value = ctx.semaphore ? 1n : ctx.count;
  ctx.count -= value;
  wakeUp(k, anonChannel(file.id), POLLOUT);
  const bytes = new Uint8Array(WORD_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return to.copyTo(bytes) === WORD_BYTES ? WORD_BYTES : -EFAULT;
}

/** Adds; waits while the sum would be 2^64 - 1 or more. */
export function eventfdWrite(k: Kernel, task: Task, file: File, from: IovIter): number {
  const ctx = ctxOf(file);
  if (from.count < WORD_BYTES) return -EINVAL;
  const bytes = from.copyFrom(WORD_BYTES);
  if (bytes.length < WORD_BYTES) return -EFAULT;
  const value = new DataView(bytes.slice().buffer).getBigUint64(0, true);
  if (value === MAX) return -EINVAL;
  if (MAX - ctx.count <= value) return wait(k, task, file);
  ctx.count += value;
  wakeUp(k, anonChannel(file.id), POLLIN);
  return WORD_BYTES;
}

export function eventfdPoll(_k: Kernel, file: File): number {
  const { count } = ctxOf(file);
  let mask = 0;
  if (count > 0n) mask |= POLLIN;
  if (count === MAX) mask |= POLLERR;
  if (MAX - 1n > count) mask |= POLLOUT;
  return mask;
}
