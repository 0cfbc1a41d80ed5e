import { EEXIST, EINVAL, ELOOP, ENOENT } from '../abi/errno.ts';
import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLET, EPOLLEXCLUSIVE, EPOLLONESHOT, EPOLLWAKEUP } from '../abi/eventpoll.ts';
import { POLLERR, POLLHUP } from '../abi/poll.ts';
import { wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import { anonChannel, READABLE } from './anon-inode.ts';
import type { EpollItem, Eventpoll } from './anon-types.ts';
import { fileOpsOf, filePoll } from './file-ops.ts';
import type { File } from './types.ts';

/** epoll(7). Linux: fs/eventpoll.c. */

/** EP_PRIVATE_BITS: no events of the file. */
const PRIVATE = EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE;
/** How deep epolls may watch each other: EP_MAX_NESTS. */
const MAX_NESTS = 4;
const ALWAYS = POLLERR | POLLHUP;

export function eventpollOf(file: File): Eventpoll | null {
  return file.privateData?.kind === 'epoll' ? file.privateData : null;
}

/** Events that the item asks for and that hold now. Linux: ep_item_poll(). */
export function epItemPoll(k: Kernel, item: EpollItem): number {
  return filePoll(k, item.file) & item.events & ~PRIVATE;
}

/**
 * Something has happened on a wait queue: items that watch it become ready. Of exclusive ones only the first that has a waiter
 * takes it. Linux: ep_poll_callback().
 */
export function epollCallback(k: Kernel, channel: string, pollMask: number): void {
  let taken = false;
  for (const item of [...(k.state.epollQueues.get(channel) ?? [])]) {
    const exclusive = (item.events & EPOLLEXCLUSIVE) !== 0;
    if (exclusive && taken) continue;
    if ((item.events & ~PRIVATE) === 0 || (pollMask !== 0 && (pollMask & item.events) === 0)) continue;
    if (exclusive && k.state.waitQueues.has(anonChannel(item.epoll.id))) taken = true;
    makeReady(k, item);
  }
}

function makeReady(k: Kernel, item: EpollItem): void {
  const ep = eventpollOf(item.epoll);
  if (ep && !ep.ready.includes(item)) ep.ready.push(item);
  wakeUp(k, anonChannel(item.epoll.id), READABLE);
}

/** epoll_ctl(2) on files that have been checked. 0 or -errno. `events` is unsigned. Linux: do_epoll_ctl(). */
export function epollCtl(
  k: Kernel,
  op: number,
  epoll: File,
  target: { file: File; fd: number },
  wanted: { events: number; dataLow: number; dataHigh: number },
): number {
  const ep = eventpollOf(epoll);
  if (!ep) return -EINVAL;
  const { file, fd } = target;
  const found = ep.items.find((item) => item.file === file && item.fd === fd);
  if (op === EPOLL_CTL_ADD) {
    if (eventpollOf(file) && !mayNest(epoll, file)) return -ELOOP;
    if (found) return -EEXIST;
    insert(k, ep, { epoll, file, fd, ...wanted, events: (wanted.events | ALWAYS) >>> 0, channels: [] });
    return 0;
  }
  if (!found) return -ENOENT;
  if (op === EPOLL_CTL_DEL) {
    remove(k, found);
    return 0;
  }
  if (found.events & EPOLLEXCLUSIVE) return -EINVAL;
  Object.assign(found, wanted, { events: (wanted.events | ALWAYS) >>> 0 });
  if (epItemPoll(k, found) !== 0) makeReady(k, found);
  return 0;
}

/** Linux: ep_insert(). */
function insert(k: Kernel, ep: Eventpoll, item: EpollItem): void {
  ep.items.push(item);
  item.file.epitems ??= [];
  item.file.epitems.push(item);
  item.channels = fileOpsOf(item.file).channels?.(item.file, k) ?? [];
  for (const channel of item.channels) {
    const queue = k.state.epollQueues.get(channel);
    if (queue) queue.push(item);
    else k.state.epollQueues.set(channel, [item]);
  }
  if (epItemPoll(k, item) !== 0) makeReady(k, item);
}

/** Linux: ep_remove(). */
function remove(k: Kernel, item: EpollItem): void {
  const without = (items: EpollItem[]): EpollItem[] => items.filter((other) => other !== item);
  const ep = eventpollOf(item.epoll);
  if (ep) {
    ep.items = without(ep.items);
    ep.ready = without(ep.ready);
  }
  const others = without(item.file.epitems ?? []);
  item.file.epitems = others.length > 0 ? others : null;
  for (const channel of item.channels) {
    const queue = without(k.state.epollQueues.get(channel) ?? []);
    if (queue.length > 0) k.state.epollQueues.set(channel, queue);
    else k.state.epollQueues.delete(channel);
  }
}

/** A watched file is closed for good. Linux: eventpoll_release_file(). */
export function eventpollRelease(k: Kernel, file: File): void {
  for (const item of [...(file.epitems ?? [])]) remove(k, item);
}

/** The epoll itself is closed for good. Linux: ep_free(). */
export function epollDestroy(k: Kernel, ep: Eventpoll): void {
  for (const item of [...ep.items]) remove(k, item);
}

/** Neither a circle nor a chain that is too long comes of `epoll` watching `watched`. Linux: ep_loop_check(). */
function mayNest(epoll: File, watched: File): boolean {
  if (reaches(watched, epoll)) return false;
  return depthBelow(watched) + 1 + depthAbove(epoll) <= MAX_NESTS;
}

function reaches(from: File, to: File): boolean {
  return from === to || (eventpollOf(from)?.items ?? []).some(({ file }) => eventpollOf(file) && reaches(file, to));
}

/** Epolls below this one, on the longest way. */
function depthBelow(file: File): number {
  const nested = (eventpollOf(file)?.items ?? []).filter((item) => eventpollOf(item.file));
  return nested.reduce((deepest, item) => Math.max(deepest, 1 + depthBelow(item.file)), 0);
}

function depthAbove(file: File): number {
  return (file.epitems ?? []).reduce((deepest, item) => Math.max(deepest, 1 + depthAbove(item.epoll)), 0);
}

/** What is reported: the item and its events. */
export interface EpollReport {
  item: EpollItem;
  events: number;
}

/**
 * Take at most `maxEvents` of what is ready. Level-triggered items go to the end of the queue, one-shot items off; `put`
 * stores a report and returns whether it could. Linux: ep_send_events().
 */
export function epollTake(k: Kernel, ep: Eventpoll, maxEvents: number, put: (report: EpollReport) => boolean): number {
  const txlist = ep.ready;
  ep.ready = [];
  const again: EpollItem[] = [];
  let done = 0;
  let at = 0;
  for (; at < txlist.length && done < maxEvents; at++) {
    const item = txlist[at];
    if (!item) break;
    const events = epItemPoll(k, item);
    if (events === 0) continue;
    if (!put({ item, events })) {
      done = done > 0 ? done : -1;
      break;
    }
    done++;
    if (item.events & EPOLLONESHOT) item.events = (item.events & PRIVATE) >>> 0;
    else if (!(item.events & EPOLLET)) again.push(item);
  }
  const left = txlist.slice(at);
  const seen = new Set([...left, ...again]);
  ep.ready = [...left, ...again, ...ep.ready.filter((item) => !seen.has(item))];
  return done;
}

/** Readable when an item really is: those that are no longer leave the queue. Linux: __ep_eventpoll_poll(). */
export function epollPoll(k: Kernel, file: File): number {
  const ep = eventpollOf(file);
  if (!ep) return 0;
  const at = ep.ready.findIndex((item) => epItemPoll(k, item) !== 0);
  ep.ready = at < 0 ? [] : ep.ready.slice(at);
  return at < 0 ? 0 : READABLE;
}
