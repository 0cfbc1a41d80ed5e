import { EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE } from '../abi/eventfd.ts';
import * as epoll from '../abi/eventpoll.ts';
import { O_CLOEXEC, O_NONBLOCK } from '../abi/fcntl.ts';
import { SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD, SIGEV_THREAD_ID, signalName } from '../abi/signal.ts';
import { longBytes } from '../abi/struct.ts';
import { epollEvent } from '../abi/structs/io.ts';
import { SIGEVENT_BYTES, sigevent } from '../abi/structs/signal.ts';
import { TIMER_ABSTIME } from '../abi/time.ts';
import { TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET } from '../abi/timerfd.ts';
import { readU32 } from '../bytes.ts';
import { flagsOf, valueIn } from './args.ts';
import { address, arg, type Call, type Formatter, hex, outPointer, pointer } from './call.ts';
import { showSigset } from './signals.ts';
import type { Special } from './special.ts';
import { showArray, showStruct } from './structs.ts';
import { flags, value, xlat } from './xlat.ts';

/** epoll, eventfd, signalfd, timerfd, pidfd and timers in strace's words. */

const EPOLL_OPERATIONS = xlat({
  EPOLL_CTL_ADD: epoll.EPOLL_CTL_ADD,
  EPOLL_CTL_DEL: epoll.EPOLL_CTL_DEL,
  EPOLL_CTL_MOD: epoll.EPOLL_CTL_MOD,
});
const EPOLL_EVENTS = xlat({
  EPOLLIN: epoll.EPOLLIN,
  EPOLLPRI: epoll.EPOLLPRI,
  EPOLLOUT: epoll.EPOLLOUT,
  EPOLLERR: epoll.EPOLLERR,
  EPOLLHUP: epoll.EPOLLHUP,
  EPOLLNVAL: epoll.EPOLLNVAL,
  EPOLLRDNORM: epoll.EPOLLRDNORM,
  EPOLLRDBAND: epoll.EPOLLRDBAND,
  EPOLLWRNORM: epoll.EPOLLWRNORM,
  EPOLLWRBAND: epoll.EPOLLWRBAND,
  EPOLLMSG: epoll.EPOLLMSG,
  EPOLLRDHUP: epoll.EPOLLRDHUP,
  EPOLLEXCLUSIVE: epoll.EPOLLEXCLUSIVE,
  EPOLLWAKEUP: epoll.EPOLLWAKEUP,
  EPOLLONESHOT: epoll.EPOLLONESHOT,
  EPOLLET: epoll.EPOLLET,
});

function epollEventText({ events, data_low, data_high }: { events: number; data_low: number; data_high: number }) {
  const u64 = (BigInt(data_high) << 32n) | BigInt(data_low);
  return `{events=${flags(EPOLL_EVENTS, events, 'EPOLL???')}, data={u32=${data_low}, u64=${u64}}}`;
}

const epollCtlEvent: Formatter = (call, i) =>
  arg(call, 1) === epoll.EPOLL_CTL_DEL
    ? address(arg(call, i))
    : pointer(showStruct(epollEvent, epollEventText))(call, i);

/** What is ready: as many as the result says. */
const readyEvents: Formatter = outPointer((call, addr) =>
  call.result === 0 ? '[]' : showArray(call, epollEvent, addr, call.result ?? 0, epollEventText),
);

const EPOLL_WAIT: Special = { args: { 1: readyEvents }, late: () => [1] };
const EPOLL_PWAIT: Special = { args: { 1: readyEvents, 4: outPointer(showSigset) }, late: () => [1, 4] };

const EVENTFD_FLAGS = xlat({ EFD_SEMAPHORE, EFD_CLOEXEC, EFD_NONBLOCK });
const SIGNALFD_FLAGS = xlat({ SFD_CLOEXEC: O_CLOEXEC, SFD_NONBLOCK: O_NONBLOCK });
const TIMERFD_FLAGS = xlat({
  TFD_TIMER_ABSTIME,
  TFD_TIMER_CANCEL_ON_SET,
  TFD_CLOEXEC: O_CLOEXEC,
  TFD_NONBLOCK: O_NONBLOCK,
});
const TIMERFD_SETTIME_FLAGS = xlat({ TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET });
const TIMER_FLAGS = xlat({ TIMER_ABSTIME });
const PIDFD_FLAGS = xlat({ PIDFD_NONBLOCK: O_NONBLOCK });
const SIGEV_KINDS = xlat({ SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD, SIGEV_THREAD_ID });

/** `{sigev_value={sival_int=0, sival_ptr=NULL}, sigev_signo=SIGALRM, sigev_notify=SIGEV_SIGNAL}`. */
function showSigevent(call: Call, addr: number): string | null {
  const bytes = call.memory.read(addr, SIGEVENT_BYTES);
  if (!bytes) return null;
  const event = sigevent.decode(call.isa, bytes);
  const parts: string[] = [];
  const { sigev_value: word, sigev_notify: notify } = event;
  if (word !== 0) parts.push(`sigev_value={sival_int=${word | 0}, sival_ptr=${address(word)}}`);
  const named = notify === SIGEV_SIGNAL || notify === SIGEV_THREAD || notify === SIGEV_THREAD_ID;
  parts.push(`sigev_signo=${named ? signalName(event.sigev_signo) : event.sigev_signo}`);
  parts.push(`sigev_notify=${value(SIGEV_KINDS, notify, 'SIGEV_???')}`);
  if (notify === SIGEV_THREAD_ID) parts.push(`sigev_notify_thread_id=${event.sigev_notify_thread_id}`);
  if (notify === SIGEV_THREAD) {
    const word = longBytes(call.isa);
    const at = 2 * 4 + word;
    const pointerAt = (offset: number): string => address(readU32(bytes, offset));
    parts.push(`sigev_notify_function=${pointerAt(at)}`, `sigev_notify_attributes=${pointerAt(at + word)}`);
  }
  return `{${parts.join(', ')}}`;
}

const timerIdOut: Formatter = outPointer((call, addr) => {
  const bytes = call.memory.read(addr, 4);
  return bytes && `[${readU32(bytes, 0) | 0}]`;
});

const EPOLL_CREATE_FLAGS = xlat({ EPOLL_CLOEXEC: epoll.EPOLL_CLOEXEC });
const TIMERFD_SETTIME: Special = { args: { 1: flagsOf(TIMERFD_SETTIME_FLAGS, 'TFD_???') } };
const TIMER_SETTIME: Special = { args: { 1: flagsOf(TIMER_FLAGS, 'TIMER_???') } };

export const DESCRIPTOR_SPECIALS: readonly (readonly [string, Special])[] = [
  ['epoll_create1', { args: { 0: flagsOf(EPOLL_CREATE_FLAGS, 'EPOLL_???') } }],
  ['epoll_ctl', { args: { 1: valueIn(EPOLL_OPERATIONS, 'EPOLL_CTL_???'), 3: epollCtlEvent } }],
  ['epoll_wait', EPOLL_WAIT],
  ['epoll_pwait', EPOLL_PWAIT],
  ['epoll_pwait2', EPOLL_PWAIT],
  ['eventfd2', { args: { 1: flagsOf(EVENTFD_FLAGS, 'EFD_???') } }],
  ['signalfd4', { args: { 3: flagsOf(SIGNALFD_FLAGS, 'SFD_???') } }],
  ['timerfd_create', { args: { 1: flagsOf(TIMERFD_FLAGS, 'TFD_???') } }],
  ['timerfd_settime', TIMERFD_SETTIME],
  ['timerfd_settime64', TIMERFD_SETTIME],
  ['pidfd_getfd', { args: { 2: (call, i) => hex(arg(call, i)) } }],
  ['pidfd_send_signal', { args: { 3: (call, i) => hex(arg(call, i)) } }],
  ['pidfd_open', { args: { 1: flagsOf(PIDFD_FLAGS, 'PIDFD_???') } }],
  ['timer_create', { args: { 1: pointer(showSigevent), 2: timerIdOut }, late: () => [2] }],
  ['timer_settime', TIMER_SETTIME],
  ['timer_settime64', TIMER_SETTIME],
];
