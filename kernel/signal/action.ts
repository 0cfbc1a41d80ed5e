import { EINVAL } from '../abi/errno.ts';
import {
  _NSIG,
  SA_EXPOSE_TAGBITS,
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
  SA_NODEFER,
  SA_ONSTACK,
  SA_RESETHAND,
  SA_RESTART,
  SA_RESTORER,
  SA_SIGINFO,
  SIGKILL,
  SIGSTOP,
} from '../abi/signal.ts';
import type { Kernel } from '../state.ts';
import type { SigAction, Task } from '../task.ts';
import { flushSignals, recalcSigpending } from './pending.ts';
import { sigIgnoredIfUnblocked } from './send.ts';
import { setAction } from './sighand.ts';
import { sigmask, withoutUnblockable } from './sigset.ts';
import { threadsOf } from './wake.ts';

/** ARM's flag for handlers in 32-bit mode, all there is today. */
const SA_THIRTYTWO = 0x0200_0000;

/** What sa_flags may hold; the kernel clears the others, so that programs can ask. Linux: UAPI_SA_FLAGS. */
const UAPI_SA_FLAGS =
  SA_NOCLDSTOP |
  SA_NOCLDWAIT |
  SA_SIGINFO |
  SA_ONSTACK |
  SA_RESTART |
  SA_NODEFER |
  SA_RESETHAND |
  SA_EXPOSE_TAGBITS |
  SA_RESTORER |
  SA_THIRTYTWO;

export function validSignal(signo: number): boolean {
  return signo >= 1 && signo <= _NSIG;
}

/** The action in force, and with `wanted` a new one. Linux: do_sigaction(). Returns -errno for a signal that has none. */
export function doSigaction(k: Kernel, task: Task, signo: number, wanted: SigAction | null): SigAction | number {
  const old = task.sighand.action[signo];
  if (!validSignal(signo) || !old) return -EINVAL;
  if (!wanted) return { ...old };
  if (signo === SIGKILL || signo === SIGSTOP) return -EINVAL;
  setAction(task.sighand, signo, {
    handler: wanted.handler,
    flags: (wanted.flags & UAPI_SA_FLAGS) >>> 0,
    restorer: wanted.restorer,
    mask: withoutUnblockable(wanted.mask),
  });
  // POSIX: what is pending is discarded when it is ignored from now on, blocked or not.
  if (sigIgnoredIfUnblocked(task, signo)) {
    const signals = sigmask(signo);
    flushSignals(task.signal.sharedPending, signals);
    for (const thread of threadsOf(k, task)) {
      flushSignals(thread.pending, signals);
      recalcSigpending(thread);
    }
  }
  return old;
}
