import { RLIMIT_CPU } from '../abi/resource.ts';
import { SI_KERNEL, SIGKILL, SIGXCPU } from '../abi/signal.ts';
import { setRlimit } from '../rlimit.ts';
import { nowNs } from '../sched.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { sendSignalGroup } from './send.ts';
import { threadsOf } from './wake.ts';

/** RLIMIT_CPU, in seconds of the group's CPU time. Linux: kernel/time/posix-cpu-timers.c check_process_timers(). */

const NSEC_PER_SEC = 1_000_000_000;

function cpuNs(k: Kernel, task: Task): number {
  return threadsOf(k, task).reduce((sum, thread) => sum + thread.retired, task.signal.exited.cpuNs);
}

/** SIGXCPU at the soft limit and each second from there, SIGKILL at the hard one. */
export function checkCpuLimit(k: Kernel, task: Task | undefined): void {
  const limit = task?.signal.rlim[RLIMIT_CPU];
  if (!task || !limit || limit[0] === Infinity || task.signal.groupExit) return;
  const [soft, hard] = limit;
  const used = cpuNs(k, task);
  const send = (signo: number): void => sendSignalGroup(k, task, { signo, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
  if (used >= hard * NSEC_PER_SEC) send(SIGKILL);
  else if (used >= soft * NSEC_PER_SEC) {
    setRlimit(task.signal, RLIMIT_CPU, [soft + 1, hard]);
    send(SIGXCPU);
  }
}

/** Instant of virtual time at which the task that runs reaches its limit; Infinity without one. */
export function cpuLimitNs(k: Kernel, task: Task): number {
  const soft = task.signal.rlim[RLIMIT_CPU]?.[0] ?? Infinity;
  return soft === Infinity ? Infinity : nowNs(k) + Math.max(0, soft * NSEC_PER_SEC - cpuNs(k, task));
}
