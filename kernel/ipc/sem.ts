import { EAGAIN, EFBIG, EIDRM, EINTR, EINVAL, ENOSPC, ERANGE } from '../abi/errno.ts';
import { IPC_NOWAIT } from '../abi/ipc.ts';
import { SEM_UNDO, SEMMNI, SEMMSL, SEMVMX } from '../abi/sem.ts';
import { currentTime } from '../fs/inode.ts';
import { nowNs, signalPending, sleepOn, wakeUpTask } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type IpcIds, type IpcPerm, ipcGet, newIpcPerm } from './ids.ts';

/** System V semaphores. Linux: ipc/sem.c. */

/** struct sem: its value, and the kernel's pid of who changed it last. */
export interface Sem {
  value: number;
  pid: number;
}

/** struct sembuf. */
export interface Sembuf {
  num: number;
  op: number;
  flags: number;
}

/** struct sem_queue: a task asleep, with what it wants done. Whoever makes that possible does it, and wakes it. */
interface SemQueue {
  pid: number;
  ops: Sembuf[];
  /** The operation that could not be done: what GETNCNT and GETZCNT count. */
  blocking: Sembuf;
  undo: SemUndo | null;
}

/** struct sem_array. Times are seconds since the epoch, 0 for never. */
export interface SemArray extends IpcPerm {
  sems: Sem[];
  otime: number;
  ctime: number;
  /** Sleepers, oldest first. */
  pending: SemQueue[];
  undos: SemUndo[];
}

/** struct sem_undo: what is added to each semaphore of an array when the processes that share the list have ended. */
export interface SemUndo {
  /** Null when the array is gone. */
  array: SemArray | null;
  adjust: number[];
}

/** struct sem_undo_list: shared under CLONE_SYSVSEM. */
export interface SemUndoList {
  count: number;
  undos: SemUndo[];
}

function seconds(k: Kernel): number {
  return currentTime(k)[0];
}

/** semget(2): a number or -errno. */
export function semGet(
  k: Kernel,
  task: Task,
  ids: IpcIds<SemArray>,
  key: number,
  nsems: number,
  flags: number,
): number {
  if (nsems < 0 || nsems > SEMMSL) return -EINVAL;
  return ipcGet(ids, task, {
    key,
    flags,
    check: (found) => (nsems > found.sems.length ? -EINVAL : 0),
    create: () => newArray(k, task, ids, key, nsems, flags),
  });
}

/** Linux: newary(). */
function newArray(k: Kernel, task: Task, ids: IpcIds<SemArray>, key: number, nsems: number, flags: number): number {
  if (nsems === 0) return -EINVAL;
  if (ids.entries.size >= SEMMNI) return -ENOSPC;
  const perm = newIpcPerm(ids, task, key, flags);
  const sems = Array.from({ length: nsems }, () => ({ value: 0, pid: 0 }));
  ids.entries.set(perm.id, { ...perm, sems, otime: 0, ctime: seconds(k), pending: [], undos: [] });
  return perm.id;
}

/** The task's undo record of an array, made when there is none. Linux: find_alloc_undo(). */
function undoOf(task: Task, array: SemArray): SemUndo {
  task.semUndo ??= { count: 1, undos: [] };
  const { undos } = task.semUndo;
  const found = undos.find((undo) => undo.array === array);
  if (found) return found;
  const undo = { array, adjust: array.sems.map(() => 0) };
  // The newest comes first, as at the exit.
  undos.unshift(undo);
  array.undos.push(undo);
  return undo;
}

/** semop(2) and semtimedop(2): 0, -errno, or SLEEP. Linux: __do_semtimedop(). */
export function semOp(k: Kernel, task: Task, array: SemArray, ops: Sembuf[], deadlineNs: number): number {
  if (ops.some(({ num }) => num >= array.sems.length)) return -EFBIG;
  const undo = ops.some(({ flags }) => flags & SEM_UNDO) ? undoOf(task, array) : null;
  const blocking = performAtomic(array, ops, undo, task.tgid);
  if (typeof blocking === 'number') {
    if (blocking !== 0) return blocking;
    array.otime = seconds(k);
    semUpdate(k, array);
    return 0;
  }
  if (blocking.flags & IPC_NOWAIT) return -EAGAIN;
  array.pending.push({ pid: task.pid, ops, blocking, undo });
  if (task.inSyscall) task.inSyscall.resume = { kind: 'semop', deadlineNs, result: null };
  return semWait(k, task, array);
}

/** A call that has slept: its result, or on with the sleep. `array` is null when it has been removed meanwhile. */
export function semWait(k: Kernel, task: Task, array: SemArray | null): number {
  const resume = task.inSyscall?.resume;
  if (!resume) return 0;
  if (resume.result !== null) return Number(resume.result);
  const deadlineNs = Number(resume.deadlineNs);
  const result = deadlineNs <= nowNs(k) ? -EAGAIN : signalPending(task) ? -EINTR : 0;
  if (result === 0) return sleepOn(k, task, [`sem:${task.pid}`], { deadlineNs });
  if (array) array.pending = array.pending.filter(({ pid }) => pid !== task.pid);
  return result;
}

/** All operations or none: 0, -ERANGE, or the one that would block. Linux: perform_atomic_semop(). */
function performAtomic(array: SemArray, ops: readonly Sembuf[], undo: SemUndo | null, pid: number): number | Sembuf {
  const values = array.sems.map(({ value }) => value);
  const adjust = undo ? [...undo.adjust] : [];
  for (const sembuf of ops) {
    const { num, op, flags } = sembuf;
    const value = values[num] ?? 0;
    if ((op === 0 && value !== 0) || value + op < 0) return sembuf;
    if (value + op > SEMVMX) return -ERANGE;
    values[num] = value + op;
    if (!(flags & SEM_UNDO)) continue;
    const back = (adjust[num] ?? 0) - op;
    if (back < -SEMVMX - 1 || back > SEMVMX) return -ERANGE;
    adjust[num] = back;
  }
  for (const { num } of ops) array.sems[num] = { value: values[num] ?? 0, pid };
  if (undo) undo.adjust = adjust;
  return 0;
}

/** Do what sleepers want and can be done now, oldest first, and wake them. Linux: do_smart_update(). */
export function semUpdate(k: Kernel, array: SemArray): void {
  for (let i = 0; i < array.pending.length; ) {
    const queue = array.pending[i];
    const task = queue && k.state.tasks.get(queue.pid);
    if (!queue || !task) return;
    const outcome = performAtomic(array, queue.ops, queue.undo, task.tgid);
    if (typeof outcome !== 'number') {
      queue.blocking = outcome;
      i++;
      continue;
    }
    array.pending.splice(i, 1);
    if (outcome === 0) array.otime = seconds(k);
    finish(k, task, outcome);
    // Others before it may go on now.
    if (queue.ops.some(({ op }) => op !== 0)) i = 0;
  }
}

function finish(k: Kernel, task: Task, result: number): void {
  const resume = task.inSyscall?.resume;
  if (resume?.kind === 'semop') resume.result = result;
  wakeUpTask(k, task);
}

/** SETVAL and SETALL: values from semaphore `first` on; nobody takes back what he did to them. */
export function semSet(k: Kernel, task: Task, array: SemArray, first: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) {
    array.sems[first + i] = { value, pid: task.tgid };
    for (const undo of array.undos) undo.adjust[first + i] = 0;
  }
  array.ctime = seconds(k);
  semUpdate(k, array);
}

/** Sleepers whose operation on semaphore `num` blocks: those that wait for zero, or for more. Linux: count_semcnt(). */
export function semCount(array: SemArray, num: number, forZero: boolean): number {
  return array.pending.filter(({ blocking }) => blocking.num === num && (blocking.op === 0) === forZero).length;
}

/** IPC_SET has changed it. */
export function semTouch(k: Kernel, array: SemArray): void {
  array.ctime = seconds(k);
}

/** IPC_RMID: the sleepers get EIDRM. Linux: freeary(). */
export function semDestroy(k: Kernel, { sem }: { sem: IpcIds<SemArray> }, array: SemArray): void {
  sem.entries.delete(array.id);
  for (const undo of array.undos) undo.array = null;
  for (const { pid } of array.pending.splice(0)) {
    const task = k.state.tasks.get(pid);
    if (task) finish(k, task, -EIDRM);
  }
}

/** A child's undo list: shared under CLONE_SYSVSEM, else none. Linux: copy_semundo(). */
export function copySemUndo(parent: Task, shares: boolean): SemUndoList | null {
  if (!shares) return null;
  parent.semUndo ??= { count: 1, undos: [] };
  parent.semUndo.count++;
  return parent.semUndo;
}

/** The last user of the list takes back what was done with SEM_UNDO; values stay within their range. Linux: exit_sem(). */
export function exitSem(k: Kernel, task: Task): void {
  const list = task.semUndo;
  task.semUndo = null;
  if (!list || --list.count > 0) return;
  for (const undo of list.undos) {
    const { array, adjust } = undo;
    if (!array) continue;
    array.undos = array.undos.filter((other) => other !== undo);
    for (const [num, change] of adjust.entries()) {
      const sem = array.sems[num];
      if (change === 0 || !sem) continue;
      array.sems[num] = { value: Math.min(Math.max(sem.value + change, 0), SEMVMX), pid: task.tgid };
    }
    array.otime = seconds(k);
    semUpdate(k, array);
  }
}
