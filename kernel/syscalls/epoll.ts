import { EFAULT, EINTR, EINVAL, EPERM } from '../abi/errno.ts';
import {
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLWAKEUP,
} from '../abi/eventpoll.ts';
import { epollEvent } from '../abi/structs/io.ts';
import { kernelTimespec } from '../abi/structs.ts';
import { anonChannel, anonFile } from '../fs/anon-inode.ts';
import type { Eventpoll } from '../fs/anon-types.ts';
import { epollCtl, epollTake, eventpollOf } from '../fs/eventpoll.ts';
import { fdget } from '../fs/file.ts';
import { fileOpsOf } from '../fs/file-ops.ts';
import type { File } from '../fs/types.ts';
import { callIsa, putBytes } from '../fs/uargs.ts';
import { nowNs, signalPending, sleepOn } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { installAnon, O_RDWR } from './anon-fd.ts';
import { withSigmask } from './poll.ts';
import { SyscallError, type SyscallRow } from './row.ts';
import { getTimespec } from './timespec.ts';
import { getStruct } from './user.ts';

/** Linux: fs/eventpoll.c. */

/** EPOLLEXCLUSIVE_OK_BITS: what may go with EPOLLEXCLUSIVE. */
const EXCLUSIVE_OK = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;
/** EP_MAX_EVENTS: INT_MAX / sizeof(struct epoll_event). */
const INT_MAX = 0x7fff_ffff;

function epollCreate(k: Kernel, task: Task, cloexec: boolean): number {
  return installAnon(k, task, cloexec, () =>
    anonFile(k, { kind: 'epoll', items: [], ready: [] }, O_RDWR, '[eventpoll]'),
  );
}

/** epoll_create(2), the first one: the size is a hint. */
export const sys_epoll_create: SyscallRow = {
  name: 'epoll_create',
  nr: { i386: 254, x86_64: 213, arm: 250 },
  args: [['size', 'int']],
  ret: 'fd',
  handler: (k, task, [size = 0]) => (size <= 0 ? -EINVAL : epollCreate(k, task, false)),
};

/** epoll_create1(2). */
export const sys_epoll_create1: SyscallRow = {
  name: 'epoll_create1',
  nr: { i386: 329, x86_64: 291, arm: 357 },
  args: [['flags', 'int']],
  ret: 'fd',
  handler: (k, task, [flags = 0]) =>
    flags & ~EPOLL_CLOEXEC ? -EINVAL : epollCreate(k, task, (flags & EPOLL_CLOEXEC) !== 0),
};

/** EPOLLEXCLUSIVE comes with ADD only, not for epolls, and with few other flags. */
function exclusiveAllowed(op: number, events: number, file: File): boolean {
  if ((events & EPOLLEXCLUSIVE) === 0) return true;
  return op === EPOLL_CTL_ADD && !eventpollOf(file) && (events & ~EXCLUSIVE_OK) === 0;
}

/** epoll_ctl(2). */
export const sys_epoll_ctl: SyscallRow = {
  name: 'epoll_ctl',
  nr: { i386: 255, x86_64: 233, arm: 251 },
  args: [
    ['epfd', 'fd'],
    ['op', 'int'],
    ['fd', 'fd'],
    ['event', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [epfd = 0, op = 0, fd = 0, addr = 0]) {
    const hasEvent = op !== EPOLL_CTL_DEL;
    const event = hasEvent ? getStruct(k, task, epollEvent, addr) : { events: 0, data_low: 0, data_high: 0 };
    const epoll = fdget(task, epfd);
    const file = fdget(task, fd);
    if (!fileOpsOf(file).poll) return -EPERM;
    if (epoll === file || !eventpollOf(epoll)) return -EINVAL;
    // Nothing ever suspends, so nothing has to be kept awake.
    const events = (event.events & ~EPOLLWAKEUP) >>> 0;
    if (hasEvent && !exclusiveAllowed(op, events, file)) return -EINVAL;
    if (![EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL].includes(op)) return -EINVAL;
    return epollCtl(k, op, epoll, { file, fd }, { events, dataLow: event.data_low, dataHigh: event.data_high });
  },
};

/** Linux: do_epoll_wait(), ep_poll(). */
function epollWait(k: Kernel, task: Task, epfd: number, addr: number, maxEvents: number, timeoutNs: number): number {
  const isa = callIsa(task);
  const size = epollEvent.size(isa);
  if (maxEvents <= 0 || maxEvents > Math.floor(INT_MAX / size)) return -EINVAL;
  const file = fdget(task, epfd);
  const ep = eventpollOf(file);
  if (!ep) return -EINVAL;
  const resume = task.inSyscall?.resume;
  const deadlineNs = resume?.kind === 'epoll' ? Number(resume.deadlineNs) : nowNs(k) + timeoutNs;
  const taken = takeEvents(k, task, ep, addr, maxEvents);
  if (taken !== 0) return taken;
  if (nowNs(k) >= deadlineNs) return 0;
  if (signalPending(task)) return -EINTR;
  if (task.inSyscall) task.inSyscall.resume = { kind: 'epoll', deadlineNs };
  return sleepOn(k, task, [anonChannel(file.id)], { deadlineNs });
}

function takeEvents(k: Kernel, task: Task, ep: Eventpoll, addr: number, maxEvents: number): number {
  const isa = callIsa(task);
  let at = addr;
  const taken = epollTake(k, ep, maxEvents, ({ item, events }) => {
    try {
      putBytes(k, task, at, epollEvent.encode(isa, { events, data_low: item.dataLow, data_high: item.dataHigh }));
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      return false;
    }
    at += epollEvent.size(isa);
    return true;
  });
  return taken < 0 ? -EFAULT : taken;
}

const WAIT_ARGS = [
  ['epfd', 'fd'],
  ['events', 'ptr'],
  ['maxevents', 'int'],
] as const;

/** ms to ns; negative waits for ever. */
function timeoutOf(ms: number): number {
  return ms < 0 ? Infinity : ms * 1e6;
}

/** epoll_wait(2). */
export const sys_epoll_wait: SyscallRow = {
  name: 'epoll_wait',
  nr: { i386: 256, x86_64: 232, arm: 252 },
  args: [...WAIT_ARGS, ['timeout', 'int']],
  ret: 'int',
  handler: (k, task, [epfd = 0, events = 0, max = 0, ms = 0]) => epollWait(k, task, epfd, events, max, timeoutOf(ms)),
};

/** epoll_pwait(2). */
export const sys_epoll_pwait: SyscallRow = {
  name: 'epoll_pwait',
  nr: { i386: 319, x86_64: 281, arm: 346 },
  args: [...WAIT_ARGS, ['timeout', 'int'], ['sigmask', 'sigset'], ['sigsetsize', 'size']],
  ret: 'int',
  handler: (k, task, [epfd = 0, events = 0, max = 0, ms = 0, mask = 0, size = 0]) =>
    withSigmask(k, task, mask, size, () => epollWait(k, task, epfd, events, max, timeoutOf(ms))),
};

/** epoll_pwait2(2): a timeout in ns, and 64-bit seconds on every ISA. */
export const sys_epoll_pwait2: SyscallRow = {
  name: 'epoll_pwait2',
  nr: { i386: 441, x86_64: 441, arm: 441 },
  args: [...WAIT_ARGS, ['timeout', 'timespec64'], ['sigmask', 'sigset'], ['sigsetsize', 'size']],
  ret: 'int',
  handler(k, task, [epfd = 0, events = 0, max = 0, timeout = 0, mask = 0, size = 0]) {
    const timeoutNs = timeout === 0 ? Infinity : getTimespec(k, task, kernelTimespec, timeout);
    return withSigmask(k, task, mask, size, () => epollWait(k, task, epfd, events, max, timeoutNs));
  },
};

export const EPOLL_ROWS = [
  sys_epoll_create,
  sys_epoll_create1,
  sys_epoll_ctl,
  sys_epoll_wait,
  sys_epoll_pwait,
  sys_epoll_pwait2,
];
