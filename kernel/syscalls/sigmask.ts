import { EINVAL, ERESTARTNOHAND } from '../abi/errno.ts';
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK } from '../abi/signal.ts';
import { sigset } from '../abi/structs.ts';
import { readU32 } from '../bytes.ts';
import { getBytes, mmOf, putBytes } from '../fs/uargs.ts';
import { putUserU32 } from '../mm/uaccess.ts';
import { signalPending, sleepOn } from '../sched.ts';
import { setCurrentBlocked, setUserSigmask } from '../signal/mask.ts';
import { pendingSet } from '../signal/pending.ts';
import { sigandnsets, sigandsets, sigorsets, withoutUnblockable } from '../signal/sigset.ts';
import type { Kernel } from '../state.ts';
import type { Sigset, Task } from '../task.ts';
import type { SyscallRow } from './row.ts';
import { getStruct, putStruct, SIGSET_BYTES } from './user.ts';

/** Masks of blocked signals, and calls that wait for a signal. */

export function readSigset(k: Kernel, task: Task, addr: number): Sigset {
  const [lo = 0, hi = 0] = getStruct(k, task, sigset, addr).sig;
  return { lo, hi };
}

function changedMask(blocked: Sigset, how: number, set: Sigset): Sigset | null {
  if (how === SIG_BLOCK) return sigorsets(blocked, withoutUnblockable(set));
  if (how === SIG_UNBLOCK) return sigandnsets(blocked, set);
  if (how === SIG_SETMASK) return withoutUnblockable(set);
  return null;
}

/** rt_sigprocmask(2). */
const sys_rt_sigprocmask: SyscallRow = {
  name: 'rt_sigprocmask',
  nr: { i386: 175, x86_64: 14, arm: 175 },
  args: [
    ['how', 'sighow'],
    ['nset', 'sigset'],
    ['oset', 'outsigset'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler(k, task, [how = 0, nset = 0, oset = 0, sigsetsize = 0]) {
    if (sigsetsize !== SIGSET_BYTES) return -EINVAL;
    const old = task.blocked;
    if (nset !== 0) {
      const mask = changedMask(old, how, readSigset(k, task, nset));
      if (!mask) return -EINVAL;
      setCurrentBlocked(k, task, mask);
    }
    if (oset !== 0) putStruct(k, task, sigset, oset, { sig: [old.lo, old.hi] });
    return 0;
  },
};

/** The mask of old calls: a word, that leaves signals above 32 as they are. */
function setLowMask(k: Kernel, task: Task, lo: number): void {
  setCurrentBlocked(k, task, withoutUnblockable({ lo, hi: task.blocked.hi }));
}

function readOldSigset(k: Kernel, task: Task, addr: number): number {
  return readU32(getBytes(k, task, addr, 4), 0);
}

/** sigprocmask(2) of old. */
const sys_sigprocmask: SyscallRow = {
  name: 'sigprocmask',
  nr: { i386: 126, arm: 126 },
  args: [
    ['how', 'sighow'],
    ['nset', 'ptr'],
    ['oset', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [how = 0, nset = 0, oset = 0]) {
    const old = task.blocked.lo;
    if (nset !== 0) {
      const mask = changedMask(task.blocked, how, { lo: readOldSigset(k, task, nset), hi: 0 });
      if (!mask) return -EINVAL;
      setLowMask(k, task, mask.lo);
    }
    if (oset !== 0) putUserU32(k, mmOf(task), oset, old);
    return 0;
  },
};

/** sgetmask(2): the first 32 signals of the mask. */
const sys_sgetmask: SyscallRow = {
  name: 'sgetmask',
  nr: { i386: 68 },
  args: [],
  ret: 'hex',
  handler: (_k, task) => task.blocked.lo,
};

/** ssetmask(2): returns the old one. The signals above 32 are unblocked. */
const sys_ssetmask: SyscallRow = {
  name: 'ssetmask',
  nr: { i386: 69 },
  args: [['newmask', 'hex']],
  ret: 'hex',
  handler(k, task, [newmask = 0]) {
    const old = task.blocked.lo;
    setCurrentBlocked(k, task, withoutUnblockable({ lo: newmask, hi: 0 }));
    return old;
  },
};

function blockedPending(task: Task): Sigset {
  return sigandsets(pendingSet(task), task.blocked);
}

/** rt_sigpending(2). */
const sys_rt_sigpending: SyscallRow = {
  name: 'rt_sigpending',
  nr: { i386: 176, x86_64: 127, arm: 176 },
  args: [
    ['uset', 'outsigset'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler(k, task, [uset = 0, sigsetsize = 0]) {
    if (sigsetsize > SIGSET_BYTES) return -EINVAL;
    const { lo, hi } = blockedPending(task);
    putBytes(k, task, uset, sigset.encode(task.isa, { sig: [lo, hi] }).subarray(0, sigsetsize));
    return 0;
  },
};

/** sigpending(2) of old. */
const sys_sigpending: SyscallRow = {
  name: 'sigpending',
  nr: { i386: 73, arm: 73 },
  args: [['uset', 'ptr']],
  ret: 'int',
  handler(k, task, [uset = 0]) {
    putUserU32(k, mmOf(task), uset, blockedPending(task).lo);
    return 0;
  },
};

/** Sleep until a signal is delivered. Linux: sigsuspend(), sys_pause(). */
function waitForSignal(k: Kernel, task: Task): number {
  return signalPending(task) ? -ERESTARTNOHAND : sleepOn(k, task, []);
}

function sigsuspend(k: Kernel, task: Task, mask: Sigset): number {
  setUserSigmask(k, task, withoutUnblockable(mask));
  return waitForSignal(k, task);
}

/** rt_sigsuspend(2). */
const sys_rt_sigsuspend: SyscallRow = {
  name: 'rt_sigsuspend',
  nr: { i386: 179, x86_64: 130, arm: 179 },
  args: [
    ['unewset', 'sigset'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler(k, task, [unewset = 0, sigsetsize = 0]) {
    if (sigsetsize !== SIGSET_BYTES) return -EINVAL;
    return sigsuspend(k, task, readSigset(k, task, unewset));
  },
};

/** sigsuspend(2) of old: two unused arguments, then the mask itself. */
const sys_sigsuspend: SyscallRow = {
  name: 'sigsuspend',
  nr: { i386: 72, arm: 72 },
  args: [
    ['unused1', 'int'],
    ['unused2', 'int'],
    ['mask', 'hex'],
  ],
  ret: 'int',
  handler: (k, task, [, , mask = 0]) => sigsuspend(k, task, { lo: mask, hi: 0 }),
};

/** pause(2). */
const sys_pause: SyscallRow = {
  name: 'pause',
  nr: { i386: 29, x86_64: 34, arm: 29 },
  args: [],
  ret: 'int',
  handler: waitForSignal,
};

export const SIGMASK_ROWS: readonly SyscallRow[] = [
  sys_rt_sigprocmask,
  sys_sigprocmask,
  sys_sgetmask,
  sys_ssetmask,
  sys_rt_sigpending,
  sys_sigpending,
  sys_rt_sigsuspend,
  sys_sigsuspend,
  sys_pause,
];
