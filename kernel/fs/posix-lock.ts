import { EAGAIN, EBADF, EDEADLK, EINVAL, EOVERFLOW, ERESTARTSYS } from '../abi/errno.ts';
import {
  F_GETLK,
  F_GETLK64,
  F_RDLCK,
  F_SETLK,
  F_SETLK64,
  F_SETLKW,
  F_SETLKW64,
  F_UNLCK,
  F_WRLCK,
} from '../abi/fcntl.ts';
import { SEEK_CUR, SEEK_END, SEEK_SET } from '../abi/fs.ts';
import { flock, flock64 } from '../abi/structs.ts';
import { archOf } from '../arch/index.ts';
import { pidVnr } from '../pid.ts';
import type { IsaName, VirtAddr } from '../ports.ts';
import { signalPending, sleepOn, wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { mayRead, mayWrite } from './open-flags.ts';
import type { File, Inode, PosixLock } from './types.ts';
import { callIsa, getBytes, putBytes } from './uargs.ts';

/** Record locks of fcntl(2), held by processes. Linux: fs/locks.c posix_lock_inode(). */

const LONG_COMMANDS: readonly number[] = [F_GETLK64, F_SETLK64, F_SETLKW64];
const COMMANDS: readonly number[] = [F_GETLK, F_SETLK, F_SETLKW];

/** F_GETLK64 and so on exist in fcntl64 of the 32-bit ISAs alone. */
export function isPosixLockCommand(isa: IsaName, cmd: number, isFcntl64: boolean): boolean {
  return COMMANDS.includes(cmd) || (isFcntl64 && archOf(isa).wordBytes === 4 && LONG_COMMANDS.includes(cmd));
}

function channelOf(inode: Inode): string {
  return `lock:${inode.dev}:${inode.ino}`;
}

/** F_GETLK, F_SETLK, F_SETLKW with the structure at `addr`. */
export function posixLock(k: Kernel, task: Task, file: File, cmd: number, addr: VirtAddr): number {
  const layout = LONG_COMMANDS.includes(cmd) ? flock64 : flock;
  const isa = callIsa(task);
  const asked = layout.decode(isa, getBytes(k, task, addr, layout.size(isa)));
  const lock = rangeOf(task, file, asked);
  if (cmd === F_GETLK || cmd === F_GETLK64) {
    if (asked.l_type !== F_RDLCK && asked.l_type !== F_WRLCK) return -EINVAL;
    const other = conflict(file.inode, lock);
    const answer = other ? describe(task, other) : { ...asked, l_type: F_UNLCK };
    const longest = layout === flock && archOf(isa).wordBytes === 4 ? 0x7fff_ffff : 2 ** 53;
    if (answer.l_start > longest || answer.l_len > longest) return -EOVERFLOW;
    putBytes(k, task, addr, layout.encode(isa, answer));
    return 0;
  }
  return setLock(k, task, file, asked.l_type, lock, cmd === F_SETLKW || cmd === F_SETLKW64);
}

function setLock(k: Kernel, task: Task, file: File, type: number, lock: PosixLock, waits: boolean): number {
  if (type === F_RDLCK ? !mayRead(file) : type === F_WRLCK && !mayWrite(file)) return -EBADF;
  if (type !== F_RDLCK && type !== F_WRLCK && type !== F_UNLCK) return -EINVAL;
  const { inode } = file;
  const other = type === F_UNLCK ? undefined : conflict(inode, lock);
  if (other) {
    if (!waits) return -EAGAIN;
    if (signalPending(task)) return -ERESTARTSYS;
    if (wouldDeadlock(k, task, other.pid)) return -EDEADLK;
    if (task.inSyscall) task.inSyscall.resume = { kind: 'lock', holder: other.pid };
    return sleepOn(k, task, [channelOf(inode)]);
  }
  cutOut(inode, lock);
  if (type !== F_UNLCK) addLock(inode, lock);
  wakeUp(k, channelOf(inode));
  return 0;
}

/** Follow who waits for whom back to this process. Linux: posix_locks_deadlock(). */
function wouldDeadlock(k: Kernel, task: Task, holder: number): boolean {
  const seen = new Set<number>();
  for (let pid = holder; !seen.has(pid); ) {
    if (pid === task.tgid) return true;
    seen.add(pid);
    const waiting = [...k.state.tasks.values()].find(
      (other) => other.tgid === pid && other.waitingFor && other.inSyscall?.resume?.kind === 'lock',
    );
    if (!waiting) return false;
    pid = Number(waiting.inSyscall?.resume?.holder);
  }
  return false;
}

/** Throws EINVAL, EOVERFLOW. Linux: flock_to_posix_lock(). */
function rangeOf(
  task: Task,
  file: File,
  asked: { l_type: number; l_whence: number; l_start: number; l_len: number },
): PosixLock {
  const bases = new Map([
    [SEEK_SET, 0],
    [SEEK_CUR, file.pos],
    [SEEK_END, file.inode.size],
  ]);
  const base = bases.get(asked.l_whence);
  if (base === undefined) throw new SyscallError(EINVAL);
  let start = base + asked.l_start;
  let end = asked.l_len === 0 ? Infinity : start + asked.l_len;
  if (asked.l_len < 0) [start, end] = [end, start];
  if (start < 0) throw new SyscallError(EINVAL);
  return { pid: task.tgid, start, end, exclusive: asked.l_type === F_WRLCK };
}

function overlaps(a: PosixLock, b: PosixLock): boolean {
  return a.start < b.end && b.start < a.end;
}

function conflict(inode: Inode, lock: PosixLock): PosixLock | undefined {
  return inode.locks.find(
    (other) => other.pid !== lock.pid && overlaps(other, lock) && (other.exclusive || lock.exclusive),
  );
}

/** Take the range away from the process's own locks. */
function cutOut(inode: Inode, range: PosixLock): void {
  inode.locks = inode.locks.flatMap((lock) => {
    if (lock.pid !== range.pid || !overlaps(lock, range)) return [lock];
    const parts: PosixLock[] = [];
    if (lock.start < range.start) parts.push({ ...lock, end: range.start });
    if (lock.end > range.end) parts.push({ ...lock, start: range.end });
    return parts;
  });
}

/** Neighbours of one kind become one lock. */
function addLock(inode: Inode, lock: PosixLock): void {
  const touches = (other: PosixLock): boolean =>
    other.pid === lock.pid &&
    other.exclusive === lock.exclusive &&
    (other.end === lock.start || other.start === lock.end);
  const merged = { ...lock };
  for (const other of inode.locks.filter(touches)) {
    merged.start = Math.min(merged.start, other.start);
    merged.end = Math.max(merged.end, other.end);
  }
  inode.locks = [...inode.locks.filter((other) => !touches(other)), merged].sort((a, b) => a.start - b.start);
}

function describe(task: Task, lock: PosixLock) {
  return {
    l_type: lock.exclusive ? F_WRLCK : F_RDLCK,
    l_whence: SEEK_SET,
    l_start: lock.start,
    l_len: lock.end === Infinity ? 0 : lock.end - lock.start,
    l_pid: pidVnr(task, lock.pid),
  };
}

/** A process that closes any descriptor of a file loses all its locks on it. Linux: locks_remove_posix(). */
export function releasePosixLocks(k: Kernel, pid: number, inode: Inode): void {
  if (inode.locks.length === 0) return;
  const others = inode.locks.filter((lock) => lock.pid !== pid);
  if (others.length === inode.locks.length) return;
  inode.locks = others;
  wakeUp(k, channelOf(inode));
}
