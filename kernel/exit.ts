import { CLD_DUMPED, CLD_EXITED, CLD_KILLED, SA_NOCLDWAIT, SIG_IGN, SIGCHLD } from './abi/signal.ts';
import { freeThread } from './arch/thread.ts';
import { exitFiles, exitFs } from './fs/file.ts';
import { pidfdChannel } from './fs/pidfd.ts';
import { clearChildTid, exitRobustList } from './futex/exit.ts';
import { exitPiState } from './futex/pi.ts';
import { exitSem } from './ipc/sem.ts';
import { removeFrom } from './list.ts';
import { freeKernelStack } from './mm/frames.ts';
import { mmput } from './mm/mm.ts';
import { switchTaskNamespaces } from './nsproxy.ts';
import { detachPid, pidVnr } from './pid.ts';
import { exitPtrace } from './ptrace/link.ts';
import { notifyTracerOfExit } from './ptrace/reap.ts';
import { ptraceEventExit } from './ptrace/stop.ts';
import { forgetOriginalParent, isGroupDead, killOrphanedPgrp } from './reparent.ts';
import { accountExit } from './rusage.ts';
import { leaveWaitQueues, removeFromRunQueue, wakeUp } from './sched.ts';
import { exitItimers } from './signal/posix-timers.ts';
import { retargetSharedPending, sendSignalGroup } from './signal/send.ts';
import { sigandnsets } from './signal/sigset.ts';
import { completeGroupStop } from './signal/stop.ts';
import { dropItimers } from './signal/timers.ts';
import { isGroupStopped, zapOtherThreads } from './signal/wake.ts';
import type { Kernel } from './state.ts';
import type { SigInfo, Task } from './task.ts';
import { tellCall } from './trace.ts';
import { isEndOfPidNs, pidNsEmptied, zapPidNsProcesses } from './zap-pid-ns.ts';

/** A clock tick of times(2) and siginfo, USER_HZ 100, in ns. */
const TICK_NS = 10_000_000;

/**
 * The task exits, and the other threads of its group as soon as they run, all with this status (wait4's form).
 * Linux: kernel/exit.c do_group_exit().
 */
export function doGroupExit(k: Kernel, task: Task, exitCode: number): void {
  const { signal } = task;
  let code = exitCode;
  if (signal.groupExit) {
    code = signal.groupExitCode;
  } else if (signal.groupExecTask !== 0) {
    code = 0;
  } else {
    signal.groupExit = true;
    signal.groupExitCode = exitCode;
    zapOtherThreads(k, task);
  }
  doExit(k, task, code);
}

/** End one thread. Linux: kernel/exit.c do_exit(). */
export function doExit(k: Kernel, task: Task, exitCode: number): void {
  if (task.state === 'zombie' || task.state === 'dead') return;
  if (ptraceEventExit(k, task, exitCode)) return;
  k.calls?.enter(task, 'do_exit', { code: exitCode });
  k.trace?.event({ kind: 'exiting', task });
  leaveWaitQueues(k, task);
  removeFromRunQueue(k, task);
  k.ignoredSignals.delete(task.pid);
  task.inSyscall = null;
  task.exitCode = exitCode;
  leaveGroup(k, task);
  exitMm(k, task);
  exitSem(k, task);
  if (task.files) exitFiles(k, task);
  if (task.fs) exitFs(k, task);
  switchTaskNamespaces(k, task, null);
  if (k.state.current === task.pid) k.state.current = 0;
  exitNotify(k, task);
  k.calls?.leave(task, 'do_exit', null);
}

/** The group goes on without this thread, or its status is settled. Linux: synchronize_group_exit(), exit_signals(). */
function leaveGroup(k: Kernel, task: Task): void {
  const { signal } = task;
  removeFrom(signal.threads, task.pid);
  accountExit(task);
  if (isGroupDead(task)) {
    if (!signal.groupExit) signal.groupExitCode = task.exitCode;
    signal.groupExit = true;
    signal.stopSignal = 0;
    exitItimers(k, task.tgid);
    dropItimers(k, task);
    return;
  }
  if (signal.currTarget === task.pid) signal.currTarget = signal.threads[0] ?? 0;
  if (signal.groupExit) return;
  // What it had been chosen to take goes to the others.
  if (task.sigPending) retargetSharedPending(k, task, sigandnsets({ lo: 0xffff_ffff, hi: 0xffff_ffff }, task.blocked));
  if (isGroupStopped(k, task)) completeGroupStop(k, task);
}

function exitMm(k: Kernel, task: Task): void {
  const mm = task.mm;
  if (!mm) return;
  mmRelease(k, task);
  task.mm = null;
  mmput(k, mm);
  if (k.calls) tellCall(k.calls, task, 'mmput', { mm });
}

/**
 * The task stops using its address space: by exit, or in the middle of execve. Locks that it held pass on and the thread id is
 * cleared in the shared memory before a vfork parent is let go. Linux: kernel/fork.c exec_mm_release(), mm_release().
 */
export function mmRelease(k: Kernel, task: Task): void {
  k.calls?.enter(task, 'mm_release', { tsk: task, mm: task.mm });
  exitRobustList(k, task);
  exitPiState(k, task);
  clearChildTid(k, task);
  completeVforkDone(k, task);
  k.calls?.leave(task, 'mm_release', null);
}

/** Linux: kernel/fork.c complete_vfork_done(). A vfork parent is let go exactly once. */
function completeVforkDone(k: Kernel, task: Task): void {
  const parent = k.state.tasks.get(task.vforkParent);
  task.vforkParent = 0;
  if (!parent) return;
  parent.vforkDone = true;
  if (k.calls) tellCall(k.calls, task, 'complete_vfork_done', { tsk: task, parent });
  k.trace?.event({ kind: 'vfork-done', parent, child: task });
  wakeUp(k, `vfork:${task.pid}`);
}

/** Children go to others, the parent is told when the whole group has ended. Linux: kernel/exit.c exit_notify(). */
function exitNotify(k: Kernel, task: Task): void {
  freeThread(k, task);
  task.state = 'uninterruptible';
  if (task.ptraced.length > 0) exitPtrace(k, task);
  if (isEndOfPidNs(task) && zapPidNsProcesses(k, task)) return;
  finishExit(k, task);
}

/** A pid namespace's init comes here only when it is alone. */
export function finishExit(k: Kernel, task: Task): void {
  const { signal } = task;
  task.state = 'zombie';
  forgetOriginalParent(k, task);
  const leader = k.state.tasks.get(task.tgid);
  if (task !== leader) {
    tellExit(k, task, signal.groupExit ? signal.groupExitCode : task.exitCode);
    if (task.ptrace) notifyTracerOfExit(k, task);
    else releaseTask(k, task);
  }
  if (signal.groupExecTask !== 0 && signal.threads.length === 1) wakeUp(k, execChannel(task));
  if (isGroupDead(task) && leader) exitNotifyGroup(k, leader);
}

/** Wait queue of a thread in execve for the ends of the others. */
export function execChannel(task: Task): string {
  return `exec:${task.tgid}`;
}

/** The last thread has ended: only now is the leader seen to be dead. Linux: release_task(), the zap_leader part. */
function exitNotifyGroup(k: Kernel, leader: Task): void {
  const { groupExitCode } = leader.signal;
  leader.exitCode = groupExitCode;
  wakeUp(k, pidfdChannel(leader.tgid));
  tellExit(k, leader, groupExitCode);
  killOrphanedPgrp(k, leader, null);
  if (leader.pid === k.state.initPid) k.state.initStatus = groupExitCode;
  if (leader.ptrace) {
    notifyTracerOfExit(k, leader);
    return;
  }
  const parent = k.state.tasks.get(leader.realParent);
  if (!parent || doNotifyParent(k, parent, leader)) releaseTask(k, leader);
}

function tellExit(k: Kernel, task: Task, exitCode: number): void {
  const signal = exitCode & 0x7f;
  if (signal) k.trace?.event({ kind: 'killed', task, signal, core: (exitCode & 0x80) !== 0 });
  else k.trace?.event({ kind: 'exit', task, code: (exitCode >>> 8) & 0xff });
}

/** The signal of the task's end. Another program than the one that made the child knows only SIGCHLD. */
export function exitSignalFor(parent: Task, task: Task): number {
  return task.parentExecId === parent.selfExecId ? task.exitSignal : SIGCHLD;
}

/** Returns whether the parent wants no zombie. Linux: kernel/signal.c do_notify_parent(). */
export function doNotifyParent(k: Kernel, parent: Task, task: Task, signo = exitSignalFor(parent, task)): boolean {
  const action = parent.sighand.action[SIGCHLD];
  const ignored = action !== undefined && (action.handler === SIG_IGN || (action.flags & SA_NOCLDWAIT) !== 0);
  const autoreap = (signo === SIGCHLD && ignored) || parent.pidNs.zapping === parent.pid;
  const silent = signo === SIGCHLD && action?.handler === SIG_IGN;
  if (!silent && signo > 0 && signo <= 64) sendSignalGroup(k, parent, childInfo(parent, task, signo));
  wakeUp(k, `child:${parent.tgid}`);
  return autoreap;
}

function childInfo(parent: Task, task: Task, signo: number): SigInfo {
  const status = task.exitCode & 0x7f ? task.exitCode & 0x7f : (task.exitCode >>> 8) & 0xff;
  const code = task.exitCode & 0x80 ? CLD_DUMPED : task.exitCode & 0x7f ? CLD_KILLED : CLD_EXITED;
  const utime = Math.floor(task.signal.exited.cpuNs / TICK_NS);
  return { signo, errno: 0, code, pid: pidVnr(parent, task.pid), uid: task.cred.uid, status, utime, stime: 0 };
}

/** Forget a dead task for good. Linux: kernel/exit.c release_task(). */
export function releaseTask(k: Kernel, task: Task): void {
  task.state = 'dead';
  task.sighand.count--;
  k.state.tasks.delete(task.pid);
  detachPid(k, task);
  wakeUp(k, pidfdChannel(task.pid));
  freeKernelStack(k, task.stack);
  removeFrom(k.state.tasks.get(task.realParent)?.children ?? [], task.pid);
  pidNsEmptied(k, task);
}
