import { EAGAIN, EEXIST, EINVAL, ENOMEM, ENOSPC } from './abi/errno.ts';
import type { Kernel } from './state.ts';
import type { Task } from './task.ts';

/**
 * Process numbers. Inside the kernel a task, a process group or a session is named by its number in the first namespace, where
 * Linux has a struct pid; what user space gives and gets is the number in the namespace of whoever asks. Linux: kernel/pid.c.
 */

/** struct pid_namespace. The first one, of level 0, keeps no tables: its numbers are the kernel's own. */
export interface PidNamespace {
  ino: number;
  level: number;
  parent: PidNamespace | null;
  nextPid: number;
  /** Number here → the kernel's, and back: of every task, process group and session here and below. */
  pids: Map<number, number>;
  numbers: Map<number, number>;
  /** Pid of the leader of the group that is 1 here; 0 before it is born. Orphans are its children. */
  childReaper: number;
  /** PIDNS_ADDING: cleared when the group that is 1 has ended, for there is no second. */
  adding: boolean;
  /** Pid of its last thread while that waits, in its exit, for all the others to be gone; else 0. */
  zapping: number;
}

/** Pid that orphans of the first namespace get as their parent. No task has it: it reaps at once, as init does. */
export const INIT_PID = 1;

/** kernel.pid_max, and where numbers go on after it. Linux: RESERVED_PIDS. */
export const PID_MAX = 32768;
const RESERVED_PIDS = 300;

const PROC_PID_INIT_INO = 0xeffffffc;
export const MAX_PID_NS_LEVEL = 32;

export function rootPidNamespace(): PidNamespace {
  const tables = { pids: new Map<number, number>(), numbers: new Map<number, number>() };
  return {
    ino: PROC_PID_INIT_INO,
    level: 0,
    parent: null,
    nextPid: 0,
    ...tables,
    childReaper: INIT_PID,
    adding: true,
    zapping: 0,
  };
}

/** Whether a task of `active` may make a namespace below `parent`: 0, -EINVAL or -ENOSPC. Linux: copy_pid_ns(). */
export function mayMakePidNamespace(active: PidNamespace, parent: PidNamespace): number {
  if (active !== parent) return -EINVAL;
  return parent.level >= MAX_PID_NS_LEVEL ? -ENOSPC : 0;
}

/** Linux: create_pid_namespace(). */
export function newPidNamespace(ino: number, parent: PidNamespace): PidNamespace {
  return { ...rootPidNamespace(), ino, level: parent.level + 1, parent, nextPid: 1, childReaper: 0 };
}

/** The number of a task, group or session in a namespace; 0 where it is not seen. Linux: pid_nr_ns(). */
export function pidNrNs(pid: number, ns: PidNamespace): number {
  return ns.level === 0 ? pid : (ns.numbers.get(pid) ?? 0);
}

/** Its number as `viewer` sees it. Linux: pid_vnr(). */
export function pidVnr(viewer: Task, pid: number): number {
  return pidNrNs(pid, viewer.pidNs);
}

/** The kernel's number for what `viewer` calls `nr`; 0 when there is none. Linux: find_vpid(). */
export function findVpid(viewer: Task, nr: number): number {
  return viewer.pidNs.level === 0 ? nr : (viewer.pidNs.pids.get(nr) ?? 0);
}

/** Linux: find_task_by_vpid(). */
export function findTaskByVpid(k: Kernel, viewer: Task, nr: number): Task | undefined {
  return k.state.tasks.get(findVpid(viewer, nr));
}

/** The task named `nr`, or `viewer` itself for 0, as most calls take a pid. */
export function findTaskOrSelf(k: Kernel, viewer: Task, nr: number): Task | undefined {
  return nr === 0 ? viewer : findTaskByVpid(k, viewer, nr);
}

/** From the innermost namespace to the first. */
export function levelsOf(ns: PidNamespace): PidNamespace[] {
  const levels: PidNamespace[] = [];
  for (let at: PidNamespace | null = ns; at; at = at.parent) levels.push(at);
  return levels;
}

/**
 * Numbers for a new task, the innermost namespace's first; `wanted` are clone3's set_tid, in the same order. They are not taken
 * before attachPid. -EAGAIN, -EEXIST, -EINVAL, or -ENOMEM where the namespace's init is dead. Linux: alloc_pid().
 */
export function allocPid(k: Kernel, ns: PidNamespace, wanted: readonly number[]): number[] | number {
  if (wanted.length > ns.level + 1) return -EINVAL;
  const numbers: number[] = [];
  for (let level: PidNamespace | null = ns; level; level = level.parent) {
    const own = wanted[numbers.length];
    const nr = own === undefined ? nextNumber(k, level) : wantedNumber(k, level, own);
    if (nr < 0) return nr;
    numbers.push(nr);
  }
  return ns.adding ? numbers : -ENOMEM;
}

function isTaken(k: Kernel, ns: PidNamespace, nr: number): boolean {
  return ns.level === 0 ? k.state.tasks.has(nr) || nr === INIT_PID : ns.pids.has(nr);
}

function wantedNumber(k: Kernel, ns: PidNamespace, nr: number): number {
  if (nr < 1 || nr >= PID_MAX) return -EINVAL;
  // Its first process is 1.
  if (nr !== 1 && ns.childReaper === 0) return -EINVAL;
  return isTaken(k, ns, nr) ? -EEXIST : nr;
}

/** The next free number; they go round. */
function nextNumber(k: Kernel, ns: PidNamespace): number {
  const counter = ns.level === 0 ? k.state : ns;
  for (let tries = 0; tries < PID_MAX; tries++) {
    const nr = counter.nextPid;
    counter.nextPid = nr + 1 >= PID_MAX ? RESERVED_PIDS : nr + 1;
    if (!isTaken(k, ns, nr)) return nr;
  }
  return -EAGAIN;
}

/** The task has these numbers now. The first of a namespace is its init. Linux: attach_pid(), copy_process(). */
export function attachPid(task: Task, numbers: readonly number[]): void {
  if (task.pidNs.level === 0) return;
  for (const [i, ns] of levelsOf(task.pidNs).entries()) {
    if (ns.level === 0) return;
    const nr = numbers[i] ?? 0;
    ns.pids.set(nr, task.pid);
    ns.numbers.set(task.pid, nr);
  }
}

/** The task is 1 in its namespace, and so its init. Linux: is_child_reaper(). */
export function isChildReaper({ pid, pidNs }: Task): boolean {
  return pidNs.level > 0 && pidNrNs(pid, pidNs) === 1;
}

/** A number is free again when no task, group or session has it. Linux: free_pid(). */
export function freePid(k: Kernel, ns: PidNamespace, pid: number): void {
  if (ns.level === 0) return;
  for (const task of k.state.tasks.values()) {
    if (task.pid === pid || task.signal.pgrp === pid || task.signal.session === pid) return;
  }
  for (const level of levelsOf(ns)) {
    const nr = level.numbers.get(pid);
    if (nr === undefined) continue;
    level.numbers.delete(pid);
    level.pids.delete(nr);
  }
}

/** A dead task's numbers. Linux: __unhash_process(). */
export function detachPid(k: Kernel, task: Task): void {
  if (task.pidNs.level === 0) return;
  for (const pid of new Set([task.pid, task.signal.pgrp, task.signal.session])) freePid(k, task.pidNs, pid);
}
