import { SI_KERNEL, SIGINT } from '../../kernel/abi/signal.ts';
import { CONSOLE_CHANNEL } from '../../kernel/fs/console.ts';
import { raiseGroup } from '../../kernel/fs/raise.ts';
import { wakeUp } from '../../kernel/sched.ts';
import type { Machine } from './machine.ts';

/** What comes to a machine from its console while it runs. */

/** Input may have come: those who wait for it look again. */
export function wakeReaders({ kernel }: Machine): void {
  wakeUp(kernel, CONSOLE_CHANNEL);
}

/** Ctrl-C: SIGINT to the foreground group of the terminal, or to the program's own group. Linux: n_tty_receive_char(), isig(). */
export function interruptForeground({ kernel }: Machine): void {
  const { state } = kernel;
  const terminal = state.root.entries?.get('dev')?.entries?.get('console')?.tty;
  const group = terminal?.pgrp || [...state.tasks.values()][0]?.signal.pgrp;
  if (group) raiseGroup(kernel, group, { signo: SIGINT, code: SI_KERNEL });
}
