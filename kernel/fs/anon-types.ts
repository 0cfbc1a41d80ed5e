import type { Mm } from '../mm/types.ts';
import type { Sigset, Task } from '../task.ts';
import type { NamespaceRef } from './namespaces.ts';
import type { File } from './types.ts';

/** What is behind a descriptor that is no file: `File.privateData`. Plain data; behaviour in anon-inode.ts by `kind`. */
export type PrivateData = EventfdCtx | TimerfdCtx | SignalfdCtx | Eventpoll | PidfdCtx | NamespaceCtx | MemoryCtx;

export interface EventfdCtx {
  kind: 'eventfd';
  /** 64 bits. */
  count: bigint;
  semaphore: boolean;
}

export interface TimerfdCtx {
  kind: 'timerfd';
  /** Of the open file: names its wait queue. */
  fileId: number;
  clock: number;
  /** Instant of virtual time of the next expiry; 0 when it is off. */
  expiresNs: number;
  intervalNs: number;
  /** An instant of the time of day: moves when that is set, and with `cancelOnSet` a read then fails. */
  realtime: boolean;
  cancelOnSet: boolean;
  cancelled: boolean;
  /** It has fired and, being periodic, waits for a read to go on. */
  expired: boolean;
  /** Expiries that nobody has read. */
  ticks: number;
  /** TFD_TIMER_*, as they were given. */
  settimeFlags: number;
}

export interface SignalfdCtx {
  kind: 'signalfd';
  /** Signals that can be read. */
  mask: Sigset;
}

/** A process, dead or alive: the object itself, so that a pid used again is another. Linux: struct pid. */
export interface PidfdCtx {
  kind: 'pidfd';
  task: Task;
}

/** /proc/PID/ns. */
export interface NamespaceCtx {
  kind: 'namespace';
  namespace: NamespaceRef;
}

/** /proc/PID/mem; null for a process that has none. */
export interface MemoryCtx {
  kind: 'memory';
  mm: Mm | null;
}

/** struct eventpoll. */
export interface Eventpoll {
  kind: 'epoll';
  items: EpollItem[];
  /** Those that have become ready, oldest first. */
  ready: EpollItem[];
}

/** struct epitem: a file watched by an epoll, under the descriptor it was added with. */
export interface EpollItem {
  epoll: File;
  file: File;
  fd: number;
  /** EPOLL*, unsigned. */
  events: number;
  dataLow: number;
  dataHigh: number;
  /** Wait queues that it is in. */
  channels: string[];
}
