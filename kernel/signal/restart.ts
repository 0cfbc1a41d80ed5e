import { EINTR, ERESTART_RESTARTBLOCK, ERESTARTNOHAND, ERESTARTNOINTR, ERESTARTSYS } from '../abi/errno.ts';
import { SA_RESTART } from '../abi/signal.ts';
import { syscallNumbers } from '../abi/unistd.ts';
import { archOf } from '../arch/index.ts';
import type { IsaName } from '../ports.ts';
import { getReg, setReg } from '../ptregs.ts';
import type { Kernel } from '../state.ts';
import type { SigAction, Task } from '../task.ts';

/**
 * What becomes of a system call that a signal has cut short. Its handler returned one of
 * - ERESTARTNOINTR: run it again, always
 * - ERESTARTSYS: run it again, unless a handler without SA_RESTART is called
 * - ERESTARTNOHAND: run it again, unless a handler is called
 * - ERESTART_RESTARTBLOCK: go on with `task.restartBlock` through restart_syscall(2), unless a handler is called
 */
export interface Restart {
  /** Positive. */
  code: number;
}

export function isRestartCode(code: number): boolean {
  return code === ERESTARTSYS || code === ERESTARTNOINTR || code === ERESTARTNOHAND || code === ERESTART_RESTARTBLOCK;
}

/**
 * Before the call's state is forgotten, when its handler has returned -ERESTART_RESTARTBLOCK: keep its number, its arguments and
 * what it left in `resume` for restart_syscall(2).
 */
export function setRestartBlock(task: Task, args: readonly number[]): void {
  const call = task.inSyscall;
  if (!call) return;
  const old = task.restartBlock;
  const again = old !== null && call.nr === restartNumber(call.isa);
  const [nr, first] = again ? [Number(old.nr), old.args ?? []] : [call.nr, [...args]];
  task.restartBlock = { kind: 'restart', ...call.resume, isa: call.isa, nr, args: first };
}

/** Linux: arch/x86/kernel/signal.c handle_signal(). */
export function interruptedByHandler(k: Kernel, task: Task, restart: Restart, action: SigAction): void {
  const again = restart.code === ERESTARTNOINTR || (restart.code === ERESTARTSYS && (action.flags & SA_RESTART) !== 0);
  if (again) rewind(k, task);
  else setReg(k, task, archOf(task.isa).ptRegs.ret, -EINTR);
}

/** Linux: arch_do_signal_or_restart(), behind get_signal(). */
export function restartWithoutHandler(k: Kernel, task: Task, restart: Restart): void {
  rewind(k, task);
  if (restart.code === ERESTART_RESTARTBLOCK) setRestartNumber(k, task);
}

/** pc back on the trap, and the register that held the number or first argument as it was. */
function rewind(k: Kernel, task: Task): void {
  const arch = archOf(task.isa);
  const { ret, orig } = arch.ptRegs;
  setReg(k, task, ret, getReg(k, task, orig));
  arch.rewindSyscall(k, task);
}

/** The number of restart_syscall in the table that the interrupted call was made through. Linux: get_nr_restart_syscall(). */
function setRestartNumber(k: Kernel, task: Task): void {
  const { ret, orig, nr } = archOf(task.isa).ptRegs;
  const isa = (task.restartBlock?.isa ?? task.isa) as IsaName;
  setReg(k, task, nr === orig ? ret : nr, restartNumber(isa));
}

function restartNumber(isa: IsaName): number {
  return syscallNumbers('restart_syscall')?.[isa] ?? 0;
}
