import { RLIMIT_CORE } from '../abi/resource.ts';
import {
  defaultAction,
  SA_NODEFER,
  SA_RESETHAND,
  SI_TIMER,
  SIG_DFL,
  SIG_IGN,
  SIGKILL,
  SIGSTOP,
  SS_AUTODISARM,
} from '../abi/signal.ts';
import { killedStatus } from '../abi/wait.ts';
import { archOf } from '../arch/index.ts';
import { doGroupExit } from '../exit.ts';
import type { Kernel } from '../state.ts';
import type { SigAction, SigInfo, Task } from '../task.ts';
import { resetAltstack } from './altstack.ts';
import { restoreSavedSigmask, setCurrentBlocked } from './mask.ts';
import { dequeueSignal, dequeueSynchronousSignal, recalcSigpending } from './pending.ts';
import { posixTimerRearm } from './posix-timers.ts';
import { interruptedByHandler, type Restart, restartWithoutHandler } from './restart.ts';
import { forceSigsegv, ignoredByDefault } from './send.ts';
import { sigaddset, sigdelset, sigorsets } from './sigset.ts';
import { doSignalStop, isPgrpOrphaned } from './stop.ts';

/**
 * Act on the pending signals of a task that is about to return to user space. `restart` is the kernel's own result of the
 * system call that it comes from, when that is one of the ERESTART codes; it still stands in the result register then.
 * Afterwards the task is running, with everything set up for user space, or stopped, or dead. A stopped task comes here again
 * when it continues, with the same `restart`. Linux: arch_do_signal_or_restart().
 */
export function doSignal(k: Kernel, task: Task, restart: Restart | null): void {
  let interrupted = restart;
  for (;;) {
    const signal = getSignal(k, task);
    if (signal === 'stopped' || signal === 'dead') return;
    if (signal === null) break;
    if (interrupted) interruptedByHandler(k, task, interrupted, signal.action);
    interrupted = null;
    handleSignal(k, task, signal.info, signal.action);
  }
  if (interrupted) restartWithoutHandler(k, task, interrupted);
  restoreSavedSigmask(k, task);
}

interface ToHandle {
  info: SigInfo;
  action: SigAction;
}

/** The next signal that has a handler; default actions are carried out on the way. Linux: get_signal(). */
function getSignal(k: Kernel, task: Task): ToHandle | 'stopped' | 'dead' | null {
  for (;;) {
    if (task.signal.groupExit) return dieWithGroup(k, task);
    if (task.signal.stopSignal !== 0) return stop(k, task, task.signal.stopSignal);
    const info = dequeueSynchronousSignal(task) ?? dequeueSignal(task, task.blocked);
    if (!info) {
      recalcSigpending(task);
      return null;
    }
    const { signo } = info;
    if (info.code === SI_TIMER) posixTimerRearm(k, info);
    const action = task.sighand.action[signo];
    if (!action || action.handler === SIG_IGN) continue;
    if (action.handler !== SIG_DFL) {
      k.trace?.event({ kind: 'signal', task, info });
      if (action.flags & SA_RESETHAND) task.sighand.action[signo] = { ...action, handler: SIG_DFL };
      return { info, action };
    }
    if (ignoredByDefault(signo)) continue;
    if (defaultAction(signo) === 'stop') {
      if (signo !== SIGSTOP && isPgrpOrphaned(k, task)) continue;
      k.trace?.event({ kind: 'signal', task, info });
      return stop(k, task, signo);
    }
    if (signo !== SIGKILL) k.trace?.event({ kind: 'signal', task, info });
    doGroupExit(k, task, killedStatus(signo, dumpsCore(task, signo)));
    return 'dead';
  }
}

function stop(k: Kernel, task: Task, signo: number): 'stopped' {
  doSignalStop(k, task, signo);
  return 'stopped';
}

/** The group has been condemned when the signal was sent: see completeSignal. */
function dieWithGroup(k: Kernel, task: Task): 'dead' {
  const signo = task.signal.groupExitCode & 0x7f;
  sigdelset(task.pending.set, SIGKILL);
  const cause = [...task.pending.queue, ...task.signal.sharedPending.queue].find((info) => info.signo === signo);
  if (cause) k.trace?.event({ kind: 'signal', task, info: cause });
  doGroupExit(k, task, task.signal.groupExitCode);
  return 'dead';
}

/** No core file is written; only the status tells, as where core dumps go to a pipe. Linux: do_coredump(). */
function dumpsCore(task: Task, signo: number): boolean {
  return defaultAction(signo) === 'core' && (task.signal.rlim[RLIMIT_CORE]?.[0] ?? 0) > 0;
}

/** Linux: arch/x86/kernel/signal.c handle_signal(), kernel/signal.c signal_setup_done(). */
function handleSignal(k: Kernel, task: Task, info: SigInfo, action: SigAction): void {
  const oldMask = task.savedSigmask ?? task.blocked;
  if (!archOf(task.isa).setupFrame(k, task, info, action, oldMask)) {
    forceSigsegv(k, task, info.signo);
    return;
  }
  task.savedSigmask = null;
  const blocked = sigorsets(task.blocked, action.mask);
  if ((action.flags & SA_NODEFER) === 0) sigaddset(blocked, info.signo);
  setCurrentBlocked(k, task, blocked);
  if ((task.sas.flags & SS_AUTODISARM) !== 0) resetAltstack(task);
}
