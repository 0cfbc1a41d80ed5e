import { EINVAL, ENOMEM, EPERM } from '../abi/errno.ts';
import { MINSIGSTKSZ, SA_ONSTACK, SS_AUTODISARM, SS_DISABLE, SS_ONSTACK } from '../abi/signal.ts';
import type { VirtAddr } from '../ports.ts';
import type { SigAction, Task } from '../task.ts';

/** The alternate signal stack of a thread. Linux: include/linux/sched/signal.h, kernel/signal.c. */

export interface Altstack {
  sp: VirtAddr;
  size: number;
  /** SS_* as an unsigned number. */
  flags: number;
}

/** Linux: sas_ss_reset(). */
export function resetAltstack(task: Task): void {
  task.sas = { sp: 0, size: 0, flags: SS_DISABLE };
}

/** Linux: __on_sig_stack(). */
export function isInAltstack(task: Task, sp: VirtAddr): boolean {
  return sp > task.sas.sp && sp - task.sas.sp <= task.sas.size;
}

/** Whether `sp` is on the alternate stack; with SS_AUTODISARM never, as the stack is free again. Linux: on_sig_stack(). */
export function isOnAltstack(task: Task, sp: VirtAddr): boolean {
  return (task.sas.flags & SS_AUTODISARM) === 0 && isInAltstack(task, sp);
}

/** Linux: sas_ss_flags(). */
function altstackState(task: Task, sp: VirtAddr): number {
  if (task.sas.size === 0) return SS_DISABLE;
  return isOnAltstack(task, sp) ? SS_ONSTACK : 0;
}

/** The settings as sigaltstack(2) shows them. */
export function getAltstack(task: Task, sp: VirtAddr): Altstack {
  const autodisarm = (task.sas.flags & SS_AUTODISARM) !== 0 ? SS_AUTODISARM : 0;
  return { sp: task.sas.sp, size: task.sas.size, flags: altstackState(task, sp) + autodisarm };
}

/** Linux: do_sigaltstack(). 0 or -errno. `sp` is the thread's stack pointer. */
export function setAltstack(task: Task, wanted: Altstack, sp: VirtAddr): number {
  if (isOnAltstack(task, sp)) return -EPERM;
  const mode = (wanted.flags & ~SS_AUTODISARM) >>> 0;
  if (mode !== SS_DISABLE && mode !== SS_ONSTACK && mode !== 0) return -EINVAL;
  if (mode === SS_DISABLE) {
    task.sas = { sp: 0, size: 0, flags: wanted.flags };
    return 0;
  }
  if (wanted.size < MINSIGSTKSZ) return -ENOMEM;
  task.sas = { ...wanted };
  return 0;
}

/** uc_stack of a signal frame: the settings as they are. Linux: __save_altstack(). */
export function altstackFields(task: Task): { ss_sp: number; ss_flags: number; ss_size: number } {
  return { ss_sp: task.sas.sp, ss_flags: task.sas.flags, ss_size: task.sas.size };
}

/** uc_stack back from a frame; a setting that is refused is passed over. Linux: restore_altstack(). */
export function restoreAltstack(
  task: Task,
  stack: { ss_sp: number; ss_flags: number; ss_size: number },
  sp: VirtAddr,
): void {
  setAltstack(task, { sp: stack.ss_sp, size: stack.ss_size, flags: stack.ss_flags >>> 0 }, sp);
}

/**
 * Where a handler's frame goes below: the end of the alternate stack when the action asks for it and it is free, else the
 * stack in use, less its red zone. `bounded`: the frame must then lie on the alternate stack.
 * Linux: arch/x86/kernel/signal.c get_sigframe().
 */
export function signalStack(
  task: Task,
  action: SigAction,
  userSp: VirtAddr,
  redzoneBytes: number,
): { sp: VirtAddr; bounded: boolean } {
  const sp = userSp - redzoneBytes;
  if ((action.flags & SA_ONSTACK) !== 0 && altstackState(task, sp) === 0)
    return { sp: task.sas.sp + task.sas.size, bounded: true };
  return { sp, bounded: isOnAltstack(task, userSp) };
}
