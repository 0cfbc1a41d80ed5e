import { EAGAIN } from '../abi/errno.ts';
import { execChannel } from '../exit.ts';
import { freeKernelStack } from '../mm/frames.ts';
import { freePid } from '../pid.ts';
import { ptraceRenamed, ptraceUnlink } from '../ptrace/link.ts';
import { sleepOn } from '../sched.ts';
import { fatalSignalPending } from '../signal/send.ts';
import { zapOtherThreads } from '../signal/wake.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { writeThreadInfo } from '../task-struct.ts';

/** Kind of the resume of an execve that waits for the ends of the other threads. */
export const DE_THREAD = 'de-thread';

/**
 * Make the task the only one of its group, and its leader: the others are killed and waited for. 0 when it is, SLEEP, or
 * -EAGAIN when another thread was quicker with execve or exit_group. Linux: fs/exec.c de_thread().
 */
export function deThread(k: Kernel, task: Task): number {
  const { signal, inSyscall } = task;
  const waits = inSyscall?.resume?.kind === DE_THREAD;
  if (waits && fatalSignalPending(task)) {
    signal.groupExecTask = 0;
    return -EAGAIN;
  }
  if (signal.threads.length > 1) {
    if (!waits) {
      if (signal.groupExit || signal.groupExecTask !== 0) return -EAGAIN;
      signal.groupExecTask = task.pid;
      zapOtherThreads(k, task);
      if (inSyscall) inSyscall.resume = { kind: DE_THREAD };
    }
    return sleepOn(k, task, [execChannel(task)], { state: 'killable' });
  }
  signal.groupExecTask = 0;
  const leader = k.state.tasks.get(task.tgid);
  if (leader && leader !== task) takeLead(k, task, leader);
  return 0;
}

/** The leader is a zombie by now, which nobody has been told of: the task takes over its pid and its place among its parent's children. */
function takeLead(k: Kernel, task: Task, leader: Task): void {
  const { state } = k;
  const oldPid = task.pid;
  if (leader.ptrace) ptraceUnlink(k, leader);
  leader.state = 'dead';
  leader.sighand.count--;
  freeKernelStack(k, leader.stack);
  state.tasks.set(task.tgid, task);
  state.tasks.delete(oldPid);
  task.pid = task.tgid;
  task.realParent = leader.realParent;
  task.startNs = leader.startNs;
  task.signal.threads = [task.pid];
  task.signal.currTarget = task.pid;
  state.runQueue = state.runQueue.map((pid) => (pid === oldPid ? task.pid : pid));
  if (state.current === oldPid) state.current = task.pid;
  freePid(k, task.pidNs, oldPid);
  k.ignoredSignals.delete(oldPid);
  for (const other of state.tasks.values()) if (other.realParent === oldPid) other.realParent = task.pid;
  ptraceRenamed(k, task, oldPid);
  writeThreadInfo(k, task);
  k.trace?.event({ kind: 'thread-exec', task, oldPid });
}
