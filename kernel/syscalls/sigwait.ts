import { EAGAIN, EINTR, EINVAL } from '../abi/errno.ts';
import { SI_TIMER } from '../abi/signal.ts';
import { encodeSiginfo, kernelTimespec, timespec } from '../abi/structs.ts';
import { callIsa, putBytes } from '../fs/uargs.ts';
import { nowNs, signalPending, sleepOn } from '../sched.ts';
import { setCurrentBlocked } from '../signal/mask.ts';
import { dequeueSignal } from '../signal/pending.ts';
import { posixTimerRearm } from '../signal/posix-timers.ts';
import { realBlocked } from '../signal/send.ts';
import { sigandnsets, withoutUnblockable } from '../signal/sigset.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Sigset, Task } from '../task.ts';
import type { SyscallRow } from './row.ts';
import { readSigset } from './sigmask.ts';
import { getTimespec, type TimespecLayout } from './timespec.ts';
import { SIGSET_BYTES } from './user.ts';

const ALL: Sigset = { lo: 0xffff_ffff, hi: 0xffff_ffff };

/**
 * Take a pending signal of `these`, waiting for one up to the timeout. While the call sleeps they are unblocked, and the mask
 * stands in its resume. Linux: do_sigtimedwait().
 */
function doSigtimedwait(k: Kernel, task: Task, these: Sigset, timeoutNs: number): SigInfo | number {
  const inSyscall = task.inSyscall;
  const resume = inSyscall?.resume;
  if (resume) setCurrentBlocked(k, task, realBlocked(task));
  const info = dequeueSignal(task, sigandnsets(ALL, these));
  if (info?.code === SI_TIMER) posixTimerRearm(k, info);
  if (info) return info;
  const deadlineNs = resume ? Number(resume.deadlineNs) : nowNs(k) + timeoutNs;
  if (deadlineNs <= nowNs(k)) return -EAGAIN;
  if (signalPending(task)) return -EINTR;
  if (inSyscall) {
    const { lo, hi } = task.blocked;
    inSyscall.resume = { kind: 'rt_sigtimedwait', blockedLo: lo, blockedHi: hi, deadlineNs };
  }
  setCurrentBlocked(k, task, sigandnsets(task.blocked, these));
  return sleepOn(k, task, [], { deadlineNs });
}

function sigtimedwait(layout: TimespecLayout): SyscallRow['handler'] {
  return (k, task, [uthese = 0, uinfo = 0, uts = 0, sigsetsize = 0]) => {
    if (sigsetsize !== SIGSET_BYTES) return -EINVAL;
    const these = withoutUnblockable(readSigset(k, task, uthese));
    const timeoutNs = uts === 0 ? Infinity : getTimespec(k, task, layout, uts);
    const info = doSigtimedwait(k, task, these, timeoutNs);
    if (typeof info === 'number') return info;
    if (uinfo !== 0) putBytes(k, task, uinfo, encodeSiginfo(callIsa(task), info));
    return info.signo;
  };
}

/** rt_sigtimedwait(2). */
const sys_rt_sigtimedwait: SyscallRow = {
  name: 'rt_sigtimedwait',
  nr: { i386: 177, x86_64: 128, arm: 177 },
  args: [
    ['uthese', 'sigset'],
    ['uinfo', 'ptr'],
    ['uts', 'timespec'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler: sigtimedwait(timespec),
};

/** rt_sigtimedwait with 64-bit time. */
const sys_rt_sigtimedwait_time64: SyscallRow = {
  name: 'rt_sigtimedwait_time64',
  nr: { i386: 421, arm: 421 },
  args: [
    ['uthese', 'sigset'],
    ['uinfo', 'ptr'],
    ['uts', 'timespec64'],
    ['sigsetsize', 'size'],
  ],
  ret: 'int',
  handler: sigtimedwait(kernelTimespec),
};

export const SIGWAIT_ROWS: readonly SyscallRow[] = [sys_rt_sigtimedwait, sys_rt_sigtimedwait_time64];
