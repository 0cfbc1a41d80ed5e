import type { Kernel } from '../state.ts';
import type { Sigset, Task } from '../task.ts';
import { recalcSigpending } from './pending.ts';
import { retargetSharedPending } from './send.ts';
import { sigandnsets } from './sigset.ts';

/** The mask of blocked signals of a running thread. */

/** Change the mask for good. Linux: set_current_blocked(). */
export function setCurrentBlocked(k: Kernel, task: Task, blocked: Sigset): void {
  const newlyBlocked = sigandnsets(blocked, task.blocked);
  task.blocked = blocked;
  retargetSharedPending(k, task, newlyBlocked);
  recalcSigpending(task);
}

/**
 * The mask of sigsuspend, ppoll and pselect6, for the length of the call: the old one comes back with
 * `restoreSavedSigmask`, or with the signal frame of the handler that ends the call. May be called again when the
 * call's handler runs again. Linux: set_user_sigmask().
 */
export function setUserSigmask(k: Kernel, task: Task, mask: Sigset): void {
  task.savedSigmask ??= task.blocked;
  setCurrentBlocked(k, task, mask);
}

/** Linux: restore_saved_sigmask(). */
export function restoreSavedSigmask(k: Kernel, task: Task): void {
  const saved = task.savedSigmask;
  if (!saved) return;
  task.savedSigmask = null;
  setCurrentBlocked(k, task, saved);
}
