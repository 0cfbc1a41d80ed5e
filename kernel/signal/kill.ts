import { CAP_KILL } from '../abi/capability.ts';
import { EAGAIN, EPERM, ESRCH } from '../abi/errno.ts';
import { RLIMIT_SIGPENDING } from '../abi/resource.ts';
import { SIGCONT, SIGRTMIN } from '../abi/signal.ts';
import { capable } from '../commoncap.ts';
import { findTaskByVpid, findVpid, pidNrNs, pidVnr } from '../pid.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Task } from '../task.ts';
import { sendSignal, sendSignalGroup } from './send.ts';

/** Signals from one process to others. Signal 0 only asks whether it could be sent. Results are 0 or -errno. */

/** Linux: check_kill_permission(), kill_ok_by_cred(). */
function mayKill(sender: Task, target: Task, signo: number): boolean {
  if (sender.tgid === target.tgid) return true;
  const { euid, uid } = sender.cred;
  const theirs = target.cred;
  if (euid === theirs.suid || euid === theirs.uid || uid === theirs.suid || uid === theirs.uid) return true;
  if (capable(sender.cred, CAP_KILL)) return true;
  return signo === SIGCONT && sender.signal.session === target.signal.session;
}

/** Linux: group_send_sig_info(). */
export function killGroup(k: Kernel, sender: Task, target: Task, info: SigInfo): number {
  return killWith(k, sender, target, info, sendSignalGroup);
}

/** Linux: do_send_specific(). */
export function killThread(k: Kernel, sender: Task, target: Task, info: SigInfo): number {
  return killWith(k, sender, target, info, sendSignal);
}

function killWith(k: Kernel, sender: Task, target: Task, info: SigInfo, send: typeof sendSignal): number {
  if (!mayKill(sender, target, info.signo)) return -EPERM;
  if (info.signo === 0) return 0;
  if (info.signo >= SIGRTMIN && info.code < 0 && queueIsFull(k, target)) return -EAGAIN;
  // Whom the receiver cannot see is 0 to it, and above it.
  const isAbove = pidNrNs(sender.pid, target.pidNs) === 0;
  if (isAbove) send(k, target, { ...info, pid: 0 }, true);
  else send(k, target, info);
  return 0;
}

/** RLIMIT_SIGPENDING counts what waits for all processes of a user. Linux: __sigqueue_alloc(). */
function queueIsFull(k: Kernel, target: Task): boolean {
  const limit = target.signal.rlim[RLIMIT_SIGPENDING]?.[0] ?? Infinity;
  let queued = 0;
  for (const task of k.state.tasks.values()) {
    if (task.cred.uid !== target.cred.uid) continue;
    queued += task.pending.queue.length;
    if (task.pid === task.tgid) queued += task.signal.sharedPending.queue.length;
  }
  return queued >= limit;
}

/** Every process of a group. Success when one took it. Linux: __kill_pgrp_info(). */
export function killPgrp(k: Kernel, sender: Task, pgrp: number, info: SigInfo): number {
  let result = -ESRCH;
  let success = false;
  for (const target of leaders(k)) {
    if (target.signal.pgrp !== pgrp) continue;
    result = killGroup(k, sender, target, info);
    success ||= result === 0;
  }
  return success ? 0 : result;
}

/** Every process that the sender sees, but init and itself. Linux: kill_something_info(), pid -1. */
export function killAll(k: Kernel, sender: Task, info: SigInfo): number {
  let result = -ESRCH;
  for (const target of leaders(k)) {
    if (target.tgid === sender.tgid || pidVnr(sender, target.tgid) <= 1) continue;
    const one = killGroup(k, sender, target, info);
    if (one !== -EPERM) result = one;
    else if (result === -ESRCH) result = 0;
  }
  return result;
}

function leaders(k: Kernel): Task[] {
  return [...k.state.tasks.values()].filter((task) => task.pid === task.tgid);
}

/** Linux: kill_something_info(). */
export function killSomething(k: Kernel, sender: Task, pid: number, info: SigInfo): number {
  if (pid > 0) {
    const target = findTaskByVpid(k, sender, pid);
    return target ? killGroup(k, sender, target, info) : -ESRCH;
  }
  if (pid === -1) return killAll(k, sender, info);
  return killPgrp(k, sender, pid === 0 ? sender.signal.pgrp : findVpid(sender, -pid), info);
}
