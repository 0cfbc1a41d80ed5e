import { FUTEX_BITSET_MATCH_ANY } from './abi/futex.ts';
import { CLD_DUMPED, CLD_EXITED, CLD_KILLED, SA_NOCLDWAIT, SIG_IGN, SIGCHLD } from './abi/signal.ts';
import { exitFiles, exitFs } from './fs/file.ts';
import { pidfdChannel } from './fs/pidfd.ts';
import { futexKey, futexWake } from './futex.ts';
import { freeKernelStack } from './mm/frames.ts';
import { mmput } from './mm/mm.ts';
import { putUserU32 } from './mm/uaccess.ts';
import { leaveWaitQueues, removeFromRunQueue, wakeUp } from './sched.ts';
import { exitItimers } from './signal/posix-timers.ts';
import { sendSignalGroup } from './signal/send.ts';
import type { Kernel } from './state.ts';
import { SyscallError } from './syscalls/row.ts';
import type { SigInfo, Task } from './task.ts';

/** Pid that orphans get as their parent. No task has it: it reaps at once, as init does. */
export const INIT_PID = 1;

/** A clock tick of times(2) and siginfo, USER_HZ 100, in ns. */
const TICK_NS = 10_000_000;

/** End every thread of the task's group with this status (wait4's form). Linux: kernel/exit.c do_group_exit(). */
export function doGroupExit(k: Kernel, task: Task, exitCode: number): void {
  const { signal } = task;
  const code = signal.groupExit ? signal.groupExitCode : exitCode;
  signal.groupExit = true;
  signal.groupExitCode = code;
  for (const pid of [...signal.threads]) {
    const thread = k.state.tasks.get(pid);
    if (thread) doExit(k, thread, code);
  }
}

/** Linux: kernel/exit.c do_exit(). */
export function doExit(k: Kernel, task: Task, exitCode: number): void {
  if (task.state === 'zombie' || task.state === 'dead') return;
  leaveWaitQueues(k, task);
  removeFromRunQueue(k, task);
  k.ignoredSignals.delete(task.pid);
  task.inSyscall = null;
  task.exitCode = exitCode;
  exitMm(k, task);
  if (task.files) exitFiles(k, task);
  if (task.fs) exitFs(k, task);
  task.sighand.count--;
  if (k.state.current === task.pid) k.state.current = 0;
  if (exitCode & 0x7f) {
    k.trace?.event({ kind: 'killed', task, signal: exitCode & 0x7f, core: (exitCode & 0x80) !== 0 });
  } else {
    k.trace?.event({ kind: 'exit', task, code: (exitCode >>> 8) & 0xff });
  }
  exitNotify(k, task);
}

function exitMm(k: Kernel, task: Task): void {
  const mm = task.mm;
  if (!mm) return;
  mmRelease(k, task);
  task.mm = null;
  mmput(k, mm);
}

/**
 * The task stops using its address space: by exit, or in the middle of execve. The thread id is cleared in the shared memory
 * before a vfork parent is let go. Linux: kernel/fork.c mm_release().
 */
export function mmRelease(k: Kernel, task: Task): void {
  clearChildTid(k, task);
  completeVforkDone(k, task);
}

/** Only memory that somebody else still uses is written. */
function clearChildTid(k: Kernel, task: Task): void {
  const tid = task.clearChildTid;
  task.clearChildTid = 0;
  if (tid === 0 || !task.mm || task.mm.users <= 1) return;
  try {
    putUserU32(k, task.mm, tid, 0);
    futexWake(k, futexKey(k, task.mm, tid, false), 1, FUTEX_BITSET_MATCH_ANY);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
  }
}

/** Linux: kernel/fork.c complete_vfork_done(). A vfork parent is let go exactly once. */
function completeVforkDone(k: Kernel, task: Task): void {
  const parent = k.state.tasks.get(task.vforkParent);
  task.vforkParent = 0;
  if (!parent) return;
  parent.vforkDone = true;
  k.trace?.event({ kind: 'vfork-done', parent, child: task });
  wakeUp(k, `vfork:${task.pid}`);
}

/** Children go to init, the parent is told. Linux: kernel/exit.c exit_notify(). */
function exitNotify(k: Kernel, task: Task): void {
  const { threads } = task.signal;
  threads.splice(threads.indexOf(task.pid), 1);
  if (threads.length === 0) exitItimers(k, task.tgid);
  forgetOriginalParent(k, task);
  task.state = 'zombie';
  // Nobody runs on these registers again, so they are not part of the machine's state.
  task.thread = new Uint8Array(0);
  if (task.pid === k.state.initPid) k.state.initStatus = task.exitCode;
  wakeUp(k, pidfdChannel(task.tgid));
  const parent = k.state.tasks.get(task.realParent);
  if (!parent || doNotifyParent(k, parent, task)) releaseTask(k, task);
}

/** Linux: find_new_reaper(), reparent_leader(). */
function forgetOriginalParent(k: Kernel, task: Task): void {
  for (const pid of task.children) {
    const child = k.state.tasks.get(pid);
    if (!child) continue;
    child.realParent = INIT_PID;
    if (child.pdeathSignal !== 0 && child.state !== 'zombie') {
      sendSignalGroup(k, child, { signo: child.pdeathSignal, errno: 0, code: 0, pid: task.tgid, uid: task.cred.uid });
    }
    if (child.state === 'zombie') releaseTask(k, child);
  }
  task.children = [];
}

/** Returns whether the parent wants no zombie. Linux: kernel/signal.c do_notify_parent(). */
function doNotifyParent(k: Kernel, parent: Task, task: Task): boolean {
  const signal = task.exitSignal;
  const action = parent.sighand.action[SIGCHLD];
  const ignored = action !== undefined && (action.handler === SIG_IGN || (action.flags & SA_NOCLDWAIT) !== 0);
  const autoreap = signal === SIGCHLD && ignored;
  const silent = signal === 0 || (signal === SIGCHLD && action?.handler === SIG_IGN);
  if (!silent && signal > 0 && signal <= 64) sendSignalGroup(k, parent, childInfo(task, signal));
  wakeUp(k, `child:${parent.tgid}`);
  return autoreap;
}

function childInfo(task: Task, signo: number): SigInfo {
  const status = task.exitCode & 0x7f ? task.exitCode & 0x7f : (task.exitCode >>> 8) & 0xff;
  const code = task.exitCode & 0x80 ? CLD_DUMPED : task.exitCode & 0x7f ? CLD_KILLED : CLD_EXITED;
  const utime = Math.floor(task.retired / TICK_NS);
  return { signo, errno: 0, code, pid: task.pid, uid: task.cred.uid, status, utime, stime: 0 };
}

/** Forget a dead task for good. Linux: kernel/exit.c release_task(). */
export function releaseTask(k: Kernel, task: Task): void {
  task.state = 'dead';
  k.state.tasks.delete(task.pid);
  wakeUp(k, pidfdChannel(task.pid));
  freeKernelStack(k, task.stack);
  const siblings = k.state.tasks.get(task.realParent)?.children;
  const at = siblings?.indexOf(task.pid) ?? -1;
  if (at >= 0) siblings?.splice(at, 1);
}
