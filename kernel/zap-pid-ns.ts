import { SI_KERNEL, SIG_IGN, SIGCHLD, SIGKILL } from './abi/signal.ts';
import { finishExit, releaseTask } from './exit.ts';
import { levelsOf, type PidNamespace } from './pid.ts';
import { isGroupDead } from './reparent.ts';
import { sendSignalGroup } from './signal/send.ts';
import { setHandler } from './signal/sighand.ts';
import type { Kernel } from './state.ts';
import type { Task } from './task.ts';

/** The end of a pid namespace: its init exits, and all that is left in it with it. Linux: kernel/pid_namespace.c. */

/** The last thread of the group that is 1 exits. */
export function isEndOfPidNs({ tgid, pidNs, signal }: Task): boolean {
  return pidNs.level > 0 && pidNs.childReaper === tgid && signal.threads.length === 0;
}

/** Tasks of the namespace and of those below it, but the init's own. */
function others(k: Kernel, ns: PidNamespace, init: Task): Task[] {
  return [...ns.numbers.keys()].flatMap((pid) => {
    const task = k.state.tasks.get(pid);
    return task && task.tgid !== init.tgid ? [task] : [];
  });
}

/** Kill all others; whether some are left, for whose end the init waits. Linux: zap_pid_ns_processes(). */
export function zapPidNsProcesses(k: Kernel, init: Task): boolean {
  const ns = init.pidNs;
  ns.adding = false;
  // Its children go without a zombie from now on.
  setHandler(init.sighand, SIGCHLD, SIG_IGN);
  for (const task of others(k, ns, init)) {
    sendSignalGroup(k, task, { signo: SIGKILL, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  }
  for (const pid of [...init.children]) {
    const child = k.state.tasks.get(pid);
    if (child?.state === 'zombie' && isGroupDead(child) && !child.ptrace) releaseTask(k, child);
  }
  if (others(k, ns, init).length === 0) return false;
  ns.zapping = init.pid;
  return true;
}

/** A task is gone for good: inits that have waited for it end. */
export function pidNsEmptied(k: Kernel, gone: Task): void {
  if (gone.pidNs.level === 0) return;
  for (const ns of levelsOf(gone.pidNs)) {
    const init = k.state.tasks.get(ns.zapping);
    if (!init || others(k, ns, init).length > 0) continue;
    ns.zapping = 0;
    finishExit(k, init);
  }
}
