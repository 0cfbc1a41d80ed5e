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
  SIGTRAP,
  SS_AUTODISARM,
} from '../abi/signal.ts';
import { killedStatus } from '../abi/wait.ts';
import { archOf } from '../arch/index.ts';
import { doGroupExit } from '../exit.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { ptraceSignal, tracedGroupStop } from '../ptrace/signal.ts';
import { doJobctlTrap, ptraceNotify } from '../ptrace/stop.ts';
import { isPgrpOrphaned } from '../reparent.ts';
import type { Kernel } from '../state.ts';
import type { SigAction, SigInfo, Task } from '../task.ts';
import { tellCall } from '../trace.ts';
import { resetAltstack } from './altstack.ts';
import { restoreSavedSigmask, setCurrentBlocked } from './mask.ts';
import { collectSignal, dequeueSignal, dequeueSynchronousSignal, recalcSigpending } from './pending.ts';
import { posixTimerRearm } from './posix-timers.ts';
import { interruptedByHandler, type Restart, restartWithoutHandler } from './restart.ts';
import { forceSigsegv, ignoredByDefault, isKernelOnly } from './send.ts';
import { setHandler } from './sighand.ts';
import { sigaddset, sigdelset, sigorsets } from './sigset.ts';
import { doSignalStop } from './stop.ts';

/**
 * Act on the pending signals of a task that is about to return to user space. `restart` is the kernel's own result of the
 * system call that it comes from, when that is one of the ERESTART codes; it still stands in the result register then.
 * Afterwards the task is running, with everything set up for user space, or stopped, or dead. A stopped task comes here again
 * when it continues, with the same `restart`. Linux: arch_do_signal_or_restart().
 */
export function doSignal(k: Kernel, task: Task, restart: Restart | null): void {
  k.calls?.enter(task, 'do_signal', { restart: restart ? -restart.code : 0 });
  let interrupted = restart;
  for (;;) {
    const signal = getSignal(k, task);
    if (signal === 'stopped' || signal === 'dead') {
      k.calls?.leave(task, 'do_signal', signal);
      return;
    }
    if (signal === null) break;
    if (interrupted) interruptedByHandler(k, task, interrupted, signal.action);
    interrupted = null;
    handleSignal(k, task, signal.info, signal.action);
    if (task.state === 'traced') return;
  }
  if (interrupted) restartWithoutHandler(k, task, interrupted);
  restoreSavedSigmask(k, task);
  k.calls?.leave(task, 'do_signal', null);
}

interface ToHandle {
  info: SigInfo;
  action: SigAction;
}

/** The next signal that has a handler; default actions are carried out on the way. Linux: get_signal(). */
function getSignal(k: Kernel, task: Task): ToHandle | 'stopped' | 'dead' | null {
  for (;;) {
    if (task.signal.groupExit || task.signal.groupExecTask !== 0) return dieWithGroup(k, task);
    const { ptrace } = task;
    if (ptrace && doJobctlTrap(k, task, ptrace)) return 'stopped';
    if (!ptrace && task.signal.stopSignal !== 0) return stop(k, task, task.signal.stopSignal);
    const info = ptrace?.deliver ?? dequeueSynchronousSignal(task) ?? dequeueSignal(task, task.blocked);
    if (info && ptrace) {
      const told = ptraceSignal(k, task, ptrace, info);
      if (told === 'stopped') return told;
      if (told === 'again') continue;
    }
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
      if (action.flags & SA_RESETHAND) setHandler(task.sighand, signo, SIG_DFL);
      return { info, action };
    }
    if (ignoredByDefault(signo) || (task.signal.unkillable && !isKernelOnly(signo))) continue;
    if (defaultAction(signo) === 'stop') {
      if (signo !== SIGSTOP && isPgrpOrphaned(k, task)) continue;
      k.trace?.event({ kind: 'signal', task, info });
      if (ptrace) {
        tracedGroupStop(k, task, ptrace, signo);
        continue;
      }
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

/** The group has been condemned when the signal was sent (see completeSignal), or another thread calls exit_group or execve. */
function dieWithGroup(k: Kernel, task: Task): 'dead' {
  sigdelset(task.pending.set, SIGKILL);
  const signo = task.signal.groupExit ? task.signal.groupExitCode & 0x7f : 0;
  for (const pending of [task.pending, task.signal.sharedPending]) {
    if (signo === 0 || !pending.queue.some((info) => info.signo === signo)) continue;
    // One thread is seen to take it.
    k.trace?.event({ kind: 'signal', task, info: collectSignal(pending, signo) });
    break;
  }
  doGroupExit(k, task, SIGKILL);
  return 'dead';
}

/** No core file is written; only the status tells. Below a page there is no core. Linux: do_coredump(), min_coredump. */
function dumpsCore(task: Task, signo: number): boolean {
  return defaultAction(signo) === 'core' && (task.signal.rlim[RLIMIT_CORE]?.[0] ?? 0) >= PAGE_SIZE;
}

/** Linux: arch/x86/kernel/signal.c handle_signal(), kernel/signal.c signal_setup_done(). */
function handleSignal(k: Kernel, task: Task, info: SigInfo, action: SigAction): void {
  if (k.calls) tellCall(k.calls, task, 'handle_signal', { sig: info.signo, handler: action.handler });
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
  if (task.ptrace?.resume === 'step') ptraceNotify(k, task, 'trap', SIGTRAP, 0);
}
