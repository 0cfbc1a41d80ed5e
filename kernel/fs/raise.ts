import { SI_USER, SIG_IGN } from '../abi/signal.ts';
import { pidVnr } from '../pid.ts';
import { sendSignal, sendSignalGroup } from '../signal/send.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/** A signal that a system call of the task brings on itself: SIGPIPE, SIGXFSZ. Linux: send_sig(sig, current, 0). */
export function raise(k: Kernel, task: Task, signo: number): void {
  sendSignal(k, task, { signo, errno: 0, code: SI_USER, pid: pidVnr(task, task.tgid), uid: task.cred.uid });
}

/** The same to every process of a group, for job control of the terminal. Linux: kill_pgrp(). */
export function raiseGroup(k: Kernel, pgrp: number, info: { signo: number; code: number }): void {
  for (const task of [...k.state.tasks.values()]) {
    if (task.signal.pgrp === pgrp && task.pid === task.tgid) sendSignalGroup(k, task, { ...info, errno: 0 });
  }
}

/** The signal is ignored or blocked. Linux: is_ignored(), drivers/tty/tty_jobctrl.c. */
export function ignoresSignal(task: Task, signo: number): boolean {
  const bit = 1 << ((signo - 1) & 31);
  const blocked = (signo <= 32 ? task.blocked.lo : task.blocked.hi) & bit;
  return blocked !== 0 || task.sighand.action[signo]?.handler === SIG_IGN;
}
