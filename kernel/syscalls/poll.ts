import { EBADF, EINTR, EINVAL, ERESTART_RESTARTBLOCK, ERESTARTNOHAND } from '../abi/errno.ts';
import { kernelTimespec, pollfd, selArgStruct, sigset, sigsetArgpack, timespec, timeval } from '../abi/structs.ts';
import { filesOf, maxFds } from '../fs/file.ts';
import { doPoll, doSelect, type FdSets, type PollEntry, remainingNs } from '../fs/select.ts';
import { callIsa, getBytes, putBytes } from '../fs/uargs.ts';
import { restoreSavedSigmask, setUserSigmask } from '../signal/mask.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SLEEP, SyscallError, type SyscallRow } from './row.ts';

/** Layouts of a time in user memory. */
type TimeLayout = 'timespec' | 'timespec64' | 'timeval';

/** Nanoseconds at `addr`, Infinity for address 0. Throws EFAULT, EINVAL. Linux: poll_select_set_timeout(). */
function timeoutArg(k: Kernel, task: Task, addr: number, layout: TimeLayout): number {
  if (addr === 0) return Infinity;
  const isa = callIsa(task);
  let seconds: number;
  let ns: number;
  if (layout === 'timeval') {
    const time = timeval.decode(isa, getBytes(k, task, addr, timeval.size(isa)));
    seconds = time.tv_sec + Math.floor(time.tv_usec / 1_000_000);
    ns = (time.tv_usec % 1_000_000) * 1000;
  } else {
    const codec = layout === 'timespec' ? timespec : kernelTimespec;
    const time = codec.decode(isa, getBytes(k, task, addr, codec.size(isa)));
    seconds = time.tv_sec;
    ns = layout === 'timespec64' && timespec.size(isa) === 8 ? time.tv_nsec % 2 ** 32 : time.tv_nsec;
  }
  if (seconds < 0 || ns < 0 || ns >= 1e9) throw new SyscallError(EINVAL);
  return seconds * 1e9 + ns;
}

/** Tell how much of the timeout was left; a bad address is no error. Linux: poll_select_finish(). */
function putRemaining(
  k: Kernel,
  task: Task,
  addr: number,
  layout: TimeLayout,
  timeoutNs: number,
  result: number,
): number {
  if (addr === 0 || timeoutNs === 0) return result;
  const isa = callIsa(task);
  const left = remainingNs(k, task, timeoutNs);
  const tv_sec = Math.floor(left / 1e9);
  const tv_nsec = left % 1e9;
  const bytes =
    layout === 'timeval'
      ? timeval.encode(isa, { tv_sec, tv_usec: Math.floor(tv_nsec / 1000) })
      : (layout === 'timespec' ? timespec : kernelTimespec).encode(isa, { tv_sec, tv_nsec });
  try {
    putBytes(k, task, addr, bytes);
    return result;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    // Without the time left in memory the call cannot be run again.
    return result === -ERESTARTNOHAND ? -EINTR : result;
  }
}

/**
 * Run a call under another signal mask: address 0 leaves it. Throws EINVAL for another size. Linux: set_user_sigmask().
 */
export function withSigmask(k: Kernel, task: Task, addr: number, sizeBytes: number, call: () => number): number {
  if (addr === 0) return call();
  if (sizeBytes !== 8) return -EINVAL;
  const { sig } = sigset.decode(callIsa(task), getBytes(k, task, addr, 8));
  setUserSigmask(k, task, { lo: sig[0] ?? 0, hi: sig[1] ?? 0 });
  let result = -EINVAL;
  try {
    result = call();
  } finally {
    // After an interruption the old mask comes back with the handler's frame.
    if (result !== SLEEP && result !== -ERESTARTNOHAND) restoreSavedSigmask(k, task);
  }
  return result;
}

/** struct pollfd, in and out. Throws EINVAL, EFAULT. */
function pollUser(k: Kernel, task: Task, addr: number, count: number, timeoutNs: number, interrupted: number): number {
  if (count > maxFds(task)) return -EINVAL;
  const isa = callIsa(task);
  const stride = pollfd.size(isa);
  const bytes = getBytes(k, task, addr, count * stride);
  const entries: PollEntry[] = [];
  for (let i = 0; i < count; i++) entries.push(pollfd.decode(isa, bytes, i * stride));
  const result = doPoll(k, task, entries, timeoutNs, interrupted);
  if (result < 0) return result;
  entries.forEach((entry, i) => {
    pollfd.encodeInto(isa, bytes, i * stride, entry);
  });
  putBytes(k, task, addr, bytes);
  return result;
}

/** poll(2): the timeout is in ms, negative for none. */
export const sys_poll: SyscallRow = {
  name: 'poll',
  nr: { i386: 168, x86_64: 7, arm: 168 },
  args: [
    ['fds', 'pollfds'],
    ['nfds', 'uint'],
    ['timeout', 'int'],
  ],
  ret: 'int',
  handler: (k, task, [fds = 0, count = 0, ms = 0]) =>
    pollUser(k, task, fds, count, ms < 0 ? Infinity : ms * 1e6, ERESTART_RESTARTBLOCK),
};

function ppoll(k: Kernel, task: Task, args: readonly number[], layout: TimeLayout): number {
  const [fds = 0, count = 0, timeoutAddr = 0, maskAddr = 0, maskBytes = 0] = args;
  const timeoutNs = timeoutArg(k, task, timeoutAddr, layout);
  return withSigmask(k, task, maskAddr, maskBytes, () => {
    const result = pollUser(k, task, fds, count, timeoutNs, ERESTARTNOHAND);
    return result === SLEEP ? SLEEP : putRemaining(k, task, timeoutAddr, layout, timeoutNs, result);
  });
}

/** ppoll(2). */
export const sys_ppoll: SyscallRow = {
  name: 'ppoll',
  nr: { i386: 309, x86_64: 271, arm: 336 },
  args: [
    ['fds', 'pollfds'],
    ['nfds', 'uint'],
    ['tmo_p', 'timespec'],
    ['sigmask', 'sigset'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler: (k, task, args) => ppoll(k, task, args, 'timespec'),
};

/** ppoll(2) with 64-bit times. */
export const sys_ppoll_time64: SyscallRow = {
  name: 'ppoll_time64',
  nr: { i386: 414, arm: 414 },
  args: [
    ['fds', 'pollfds'],
    ['nfds', 'uint'],
    ['tmo_p', 'timespec64'],
    ['sigmask', 'sigset'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler: (k, task, args) => ppoll(k, task, args, 'timespec64'),
};

interface SelectArgs {
  nrFds: number;
  addrs: readonly [read: number, write: number, except: number];
  timeoutNs: number;
}

/** The sets, in and out, in whole words. Linux: core_sys_select(). */
function selectUser(k: Kernel, task: Task, { nrFds, addrs, timeoutNs }: SelectArgs): number {
  if (nrFds < 0) return -EINVAL;
  const isa = callIsa(task);
  const wordBytes = timespec.size(isa) / 2;
  const count = Math.min(nrFds, tableSize(task));
  const lenBytes = Math.ceil(count / (8 * wordBytes)) * wordBytes;
  const load = (addr: number): Uint8Array | null => (addr === 0 ? null : getBytes(k, task, addr, lenBytes));
  const asked: FdSets = { read: load(addrs[0]), write: load(addrs[1]), except: load(addrs[2]) };
  const done = doSelect(k, task, count, asked, timeoutNs);
  if ('badFd' in done) return -EBADF;
  if (done.result < 0) return done.result;
  [done.sets.read, done.sets.write, done.sets.except].forEach((set, i) => {
    if (set) putBytes(k, task, addrs[i] ?? 0, set);
  });
  return done.result;
}

/** Descriptors that the table has room for: bits behind it are not looked at. */
function tableSize(task: Task): number {
  let size = 64;
  while (size < filesOf(task).fd.length) size *= 2;
  return size;
}

function select(k: Kernel, task: Task, args: readonly number[]): number {
  const [nrFds = 0, read = 0, write = 0, except = 0, timeoutAddr = 0] = args;
  const timeoutNs = timeoutArg(k, task, timeoutAddr, 'timeval');
  const result = selectUser(k, task, { nrFds, addrs: [read, write, except], timeoutNs });
  return result === SLEEP ? SLEEP : putRemaining(k, task, timeoutAddr, 'timeval', timeoutNs, result);
}

const SELECT_ARGS = [
  ['nfds', 'int'],
  ['readfds', 'ptr'],
  ['writefds', 'ptr'],
  ['exceptfds', 'ptr'],
  ['timeout', 'timeval'],
] as const;

/** select(2). */
export const sys_select: SyscallRow = {
  name: 'select',
  nr: { x86_64: 23 },
  args: SELECT_ARGS,
  ret: 'int',
  handler: select,
};

/** select(2) of the first Linux, with its arguments in memory. Linux: SYSCALL_DEFINE1(old_select). */
export const sys_old_select: SyscallRow = {
  name: 'select',
  nr: { i386: 82 },
  args: [['arg', 'ptr']],
  ret: 'int',
  handler: (k, task, [addr = 0]) => {
    const isa = callIsa(task);
    const arg = selArgStruct.decode(isa, getBytes(k, task, addr, selArgStruct.size(isa)));
    return select(k, task, [arg.n | 0, arg.inp, arg.outp, arg.exp, arg.tvp]);
  },
};

/** select(2) of the 32-bit ISAs. */
export const sys_newselect: SyscallRow = {
  name: '_newselect',
  nr: { i386: 142, arm: 142 },
  args: SELECT_ARGS,
  ret: 'int',
  handler: select,
};

function pselect6(k: Kernel, task: Task, args: readonly number[], layout: TimeLayout): number {
  const [nrFds = 0, read = 0, write = 0, except = 0, timeoutAddr = 0, sigAddr = 0] = args;
  const isa = callIsa(task);
  const mask =
    sigAddr === 0 ? { p: 0, size: 0 } : sigsetArgpack.decode(isa, getBytes(k, task, sigAddr, sigsetArgpack.size(isa)));
  const timeoutNs = timeoutArg(k, task, timeoutAddr, layout);
  return withSigmask(k, task, mask.p, mask.size, () => {
    const result = selectUser(k, task, { nrFds, addrs: [read, write, except], timeoutNs });
    return result === SLEEP ? SLEEP : putRemaining(k, task, timeoutAddr, layout, timeoutNs, result);
  });
}

/** pselect(2). */
export const sys_pselect6: SyscallRow = {
  name: 'pselect6',
  nr: { i386: 308, x86_64: 270, arm: 335 },
  args: [...SELECT_ARGS.slice(0, 4), ['timeout', 'timespec'], ['sigmask', 'ptr']],
  ret: 'int',
  handler: (k, task, args) => pselect6(k, task, args, 'timespec'),
};

/** pselect(2) with 64-bit times. */
export const sys_pselect6_time64: SyscallRow = {
  name: 'pselect6_time64',
  nr: { i386: 413, arm: 413 },
  args: [...SELECT_ARGS.slice(0, 4), ['timeout', 'timespec64'], ['sigmask', 'ptr']],
  ret: 'int',
  handler: (k, task, args) => pselect6(k, task, args, 'timespec64'),
};

export const POLL_ROWS = [
  sys_poll,
  sys_ppoll,
  sys_ppoll_time64,
  sys_select,
  sys_old_select,
  sys_newselect,
  sys_pselect6,
  sys_pselect6_time64,
];
