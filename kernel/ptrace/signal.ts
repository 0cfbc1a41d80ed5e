import { SIGKILL } from '../abi/signal.ts';
import { sendSignal } from '../signal/send.ts';
import { sigismember } from '../signal/sigset.ts';
import { beginGroupStop } from '../signal/stop.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Task } from '../task.ts';
import { ptraceStop } from './stop.ts';
import type { Ptrace } from './types.ts';

/**
 * A traced task is about to act on `info`: it stops for its tracer first. When it comes here again, the tracer's choice is the
 * signal, and 'act' says so; blocked meanwhile, it is queued. Linux: kernel/signal.c ptrace_signal().
 */
export function ptraceSignal(k: Kernel, task: Task, ptrace: Ptrace, info: SigInfo): 'stopped' | 'again' | 'act' {
  if (info === ptrace.deliver) {
    ptrace.deliver = null;
    if (!sigismember(task.blocked, info.signo)) return 'act';
    sendSignal(k, task, info);
    return 'again';
  }
  if (info.signo === SIGKILL) return 'act';
  return ptraceStop(k, task, 'signal', info.signo, info) ? 'stopped' : 'again';
}

/** The default action of a stop signal, once the tracer has let it pass: the group stops, this task for its tracer. */
export function tracedGroupStop(k: Kernel, task: Task, ptrace: Ptrace, signo: number): void {
  if (task.signal.stopSignal === 0) beginGroupStop(k, task, signo);
  else task.signal.stopSignal = signo;
  ptrace.groupStop = 0;
}
