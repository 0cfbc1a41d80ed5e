import { SIG_DFL, SIG_IGN } from '../abi/signal.ts';
import type { SigAction, Sighand } from '../task.ts';
import { emptySet } from './sigset.ts';

/** Tables of actions: shared by copies, so that a change makes a new one. */

const DEFAULT: SigAction = { handler: SIG_DFL, flags: 0, restorer: 0, mask: emptySet() };
const IGNORE: SigAction = { ...DEFAULT, handler: SIG_IGN };

/** A table for the first process. */
export function firstActions(): readonly SigAction[] {
  return Array.from({ length: 65 }, () => DEFAULT);
}

export function setAction(sighand: Sighand, signo: number, action: SigAction): void {
  sighand.action = sighand.action.with(signo, action);
}

/** Another handler, with the action's flags and mask. */
export function setHandler(sighand: Sighand, signo: number, handler: number): void {
  const action = sighand.action[signo];
  if (action) setAction(sighand, signo, { ...action, handler });
}

/** The table with every handler gone; what is ignored stays ignored. Linux: flush_signal_handlers(). */
export function defaultActions(actions: readonly SigAction[]): readonly SigAction[] {
  return actions.map(({ handler }) => (handler === SIG_IGN ? IGNORE : DEFAULT));
}
