import { EINVAL } from '../abi/errno.ts';
import { SA_NODEFER, SA_RESETHAND, SI_KERNEL, SIGSEGV } from '../abi/signal.ts';
import { oldSigaction, sigaction, stackT } from '../abi/structs.ts';
import { archOf } from '../arch/index.ts';
import { getReg } from '../ptregs.ts';
import { doSigaction } from '../signal/action.ts';
import { getAltstack, setAltstack } from '../signal/altstack.ts';
import { forceSignal } from '../signal/send.ts';
import { emptySet } from '../signal/sigset.ts';
import type { Kernel } from '../state.ts';
import type { SigAction, Task } from '../task.ts';
import { NO_RESULT, type SyscallRow } from './row.ts';
import { getStruct, putStruct, SIGSET_BYTES } from './user.ts';

/** What is done with a signal, where its handler runs, and the way back from it. */

/** rt_sigaction(2). */
const sys_rt_sigaction: SyscallRow = {
  name: 'rt_sigaction',
  nr: { i386: 174, x86_64: 13, arm: 174 },
  args: [
    ['sig', 'signal'],
    ['act', 'sigaction'],
    ['oact', 'outsigaction'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler(k, task, [signo = 0, act = 0, oact = 0, sigsetsize = 0]) {
    if (sigsetsize !== SIGSET_BYTES) return -EINVAL;
    const old = doSigaction(k, task, signo, act === 0 ? null : readSigaction(k, task, act));
    if (typeof old === 'number') return old;
    if (oact !== 0) {
      putStruct(k, task, sigaction, oact, {
        sa_handler: old.handler,
        sa_flags: old.flags,
        sa_restorer: old.restorer,
        sa_mask: [old.mask.lo, old.mask.hi],
      });
    }
    return 0;
  },
};

function readSigaction(k: Kernel, task: Task, addr: number): SigAction {
  const act = getStruct(k, task, sigaction, addr);
  const [lo = 0, hi = 0] = act.sa_mask;
  return { handler: act.sa_handler, flags: act.sa_flags >>> 0, restorer: act.sa_restorer, mask: { lo, hi } };
}

/** sigaction(2) of old, with a mask of 32 signals. */
const sys_sigaction: SyscallRow = {
  name: 'sigaction',
  nr: { i386: 67, arm: 67 },
  args: [
    ['sig', 'signal'],
    ['act', 'ptr'],
    ['oact', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [signo = 0, act = 0, oact = 0]) {
    const old = doSigaction(k, task, signo, act === 0 ? null : readOldSigaction(k, task, act));
    if (typeof old === 'number') return old;
    if (oact !== 0) {
      putStruct(k, task, oldSigaction, oact, {
        sa_handler: old.handler,
        sa_mask: old.mask.lo,
        sa_flags: old.flags,
        sa_restorer: old.restorer,
      });
    }
    return 0;
  },
};

function readOldSigaction(k: Kernel, task: Task, addr: number): SigAction {
  const act = getStruct(k, task, oldSigaction, addr);
  const mask = { lo: act.sa_mask, hi: 0 };
  return { handler: act.sa_handler, flags: act.sa_flags, restorer: act.sa_restorer, mask };
}

/** signal(2) of old: the handler is for one signal, and does not block it. Returns the old handler. */
const sys_signal: SyscallRow = {
  name: 'signal',
  nr: { i386: 48 },
  args: [
    ['sig', 'signal'],
    ['handler', 'ptr'],
  ],
  ret: 'ptr',
  handler(k, task, [signo = 0, handler = 0]) {
    const flags = SA_RESETHAND + SA_NODEFER;
    const old = doSigaction(k, task, signo, { handler, flags, restorer: 0, mask: emptySet() });
    return typeof old === 'number' ? old : old.handler;
  },
};

/** sigaltstack(2). */
const sys_sigaltstack: SyscallRow = {
  name: 'sigaltstack',
  nr: { i386: 186, x86_64: 131, arm: 186 },
  args: [
    ['ss', 'ptr'],
    ['oss', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [ss = 0, oss = 0]) {
    const sp = getReg(k, task, archOf(task.isa).ptRegs.sp);
    const wanted = ss === 0 ? null : getStruct(k, task, stackT, ss);
    const old = getAltstack(task, sp);
    if (wanted) {
      const { ss_sp, ss_size, ss_flags } = wanted;
      const result = setAltstack(task, { sp: ss_sp, size: ss_size, flags: ss_flags >>> 0 }, sp);
      if (result !== 0) return result;
    }
    if (oss !== 0) putStruct(k, task, stackT, oss, { ss_sp: old.sp, ss_flags: old.flags, ss_size: old.size });
    return 0;
  },
};

/** Registers from the frame on the stack; a bad frame is SIGSEGV. Linux: signal_fault(). */
function returnFromSignal(k: Kernel, task: Task, rt: boolean): number {
  task.restartBlock = null;
  if (!archOf(task.isa).sigreturn(k, task, rt)) {
    forceSignal(k, task, { signo: SIGSEGV, errno: 0, code: SI_KERNEL, pid: 0, uid: 0 });
    return 0;
  }
  return NO_RESULT;
}

/** rt_sigreturn(2). */
const sys_rt_sigreturn: SyscallRow = {
  name: 'rt_sigreturn',
  nr: { i386: 173, x86_64: 15, arm: 173 },
  args: [],
  ret: 'none',
  handler: (k, task) => returnFromSignal(k, task, true),
};

/** sigreturn(2). */
const sys_sigreturn: SyscallRow = {
  name: 'sigreturn',
  nr: { i386: 119, arm: 119 },
  args: [],
  ret: 'none',
  handler: (k, task) => returnFromSignal(k, task, false),
};

export const SIGACTION_ROWS: readonly SyscallRow[] = [
  sys_rt_sigaction,
  sys_sigaction,
  sys_signal,
  sys_sigaltstack,
  sys_rt_sigreturn,
  sys_sigreturn,
];
