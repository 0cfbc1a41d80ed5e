import { ERESTARTNOHAND } from '../abi/errno.ts';
import { O_PATH } from '../abi/fcntl.ts';
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from '../abi/poll.ts';
import { nowNs, signalPending, sleepOn } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Files, Task } from '../task.ts';
import { filesOf } from './file.ts';
import { fileOpsOf, filePoll } from './file-ops.ts';
import type { File } from './types.ts';

/** Waiting for descriptors. Linux: fs/select.c. */

export interface PollEntry {
  fd: number;
  events: number;
  revents: number;
}

/** Fill `revents`; returns how many entries have any. Linux: do_pollfd(). */
function pollAll(k: Kernel, files: Files, entries: PollEntry[]): { ready: number; channels: string[] } {
  let ready = 0;
  const channels: string[] = [];
  for (const entry of entries) {
    entry.revents = 0;
    if (entry.fd < 0) continue;
    const file = openAt(files, entry.fd);
    if (!file) {
      entry.revents = POLLNVAL;
    } else {
      entry.revents = filePoll(k, file) & (entry.events | POLLERR | POLLHUP);
      channels.push(...(fileOpsOf(file).channels?.(file, k) ?? []));
    }
    if (entry.revents !== 0) ready++;
  }
  return { ready, channels };
}

function openAt(files: Files, fd: number): File | undefined {
  const file = files.fd[fd]?.file;
  return file && !(file.flags & O_PATH) ? file : undefined;
}

/**
 * Wait until an entry is ready or `timeoutNs` is over (0 looks once, Infinity waits for ever). Returns how many are
 * ready, `-interrupted` for a signal, or SLEEP; as the call runs again it goes on with the deadline of its first run.
 */
export function doPoll(k: Kernel, task: Task, entries: PollEntry[], timeoutNs: number, interrupted: number): number {
  const deadlineNs = deadlineOf(k, task, timeoutNs);
  const { ready, channels } = pollAll(k, filesOf(task), entries);
  if (ready > 0) return ready;
  if (signalPending(task)) return -interrupted;
  if (nowNs(k) >= deadlineNs) return 0;
  if (task.inSyscall) task.inSyscall.resume = { kind: 'poll', deadlineNs };
  return sleepOn(k, task, [...new Set(channels)], { deadlineNs });
}

function deadlineOf(k: Kernel, task: Task, timeoutNs: number): number {
  const resume = task.inSyscall?.resume;
  return resume?.kind === 'poll' ? Number(resume.deadlineNs) : nowNs(k) + timeoutNs;
}

/** Time left until the deadline that doPoll has left, or all of `timeoutNs`. */
export function remainingNs(k: Kernel, task: Task, timeoutNs: number): number {
  const resume = task.inSyscall?.resume;
  if (resume?.kind !== 'poll') return timeoutNs;
  return Math.max(0, Number(resume.deadlineNs) - nowNs(k));
}

const POLLIN_SET = POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR;
const POLLOUT_SET = POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR;
const POLLEX_SET = POLLPRI;

/** Bits of the three sets of select(2); null where the guest passed none. */
export interface FdSets {
  read: Uint8Array | null;
  write: Uint8Array | null;
  except: Uint8Array | null;
}

const SETS = [
  ['read', POLLIN_SET],
  ['write', POLLOUT_SET],
  ['except', POLLEX_SET],
] as const;

function hasBit(set: Uint8Array | null, n: number): boolean {
  return set !== null && ((set[n >>> 3] ?? 0) & (1 << (n & 7))) !== 0;
}

/** As select(2): the number of bits set in the result, which comes in `sets`. `badFd` when one is closed: EBADF. */
export function doSelect(
  k: Kernel,
  task: Task,
  nrFds: number,
  sets: FdSets,
  timeoutNs: number,
): { result: number; sets: FdSets } | { badFd: true } {
  const entries: PollEntry[] = [];
  for (let fd = 0; fd < nrFds; fd++) {
    const events = SETS.reduce((all, [name, mask]) => (hasBit(sets[name], fd) ? all | mask : all), 0);
    if (events !== 0) entries.push({ fd, events, revents: 0 });
  }
  if (entries.some(({ fd }) => !openAt(filesOf(task), fd))) return { badFd: true };
  const result = doPoll(k, task, entries, timeoutNs, ERESTARTNOHAND);
  if (result < 0) return { result, sets };
  const out: FdSets = { read: blank(sets.read), write: blank(sets.write), except: blank(sets.except) };
  let bits = 0;
  for (const { fd, revents } of entries) {
    for (const [name, mask] of SETS) {
      const set = out[name];
      if (!set || !hasBit(sets[name], fd) || !(revents & mask)) continue;
      set[fd >>> 3] = (set[fd >>> 3] ?? 0) | (1 << (fd & 7));
      bits++;
    }
  }
  return { result: bits, sets: out };
}

function blank(set: Uint8Array | null): Uint8Array | null {
  return set && new Uint8Array(set.length);
}
