import { EAGAIN, EFAULT, EINVAL, ERESTARTSYS } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/fcntl.ts';
import { POLLIN } from '../abi/poll.ts';
import { SI_TIMER } from '../abi/signal.ts';
import { signalfdSiginfo } from '../abi/structs/signal.ts';
import { currentTask, signalPending, sleepOn } from '../sched.ts';
import { dequeueSignal, nextSignal } from '../signal/pending.ts';
import { posixTimerRearm } from '../signal/posix-timers.ts';
import { sigandnsets } from '../signal/sigset.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Sigset, Task } from '../task.ts';
import type { IovIter } from './iov-iter.ts';
import type { File } from './types.ts';

/** signalfd(2): the pending signals of whoever reads. Linux: fs/signalfd.c. */

const INFO_BYTES = 128;
const ALL: Sigset = { lo: 0xffff_ffff, hi: 0xffff_ffff };

/** Woken when a signal is queued for the group. */
export function signalfdChannel(tgid: number): string {
  return `signalfd:${tgid}`;
}

function maskOf(file: File): Sigset {
  if (file.privateData?.kind !== 'signalfd') throw new Error(`${file.path} is no signalfd`);
  return file.privateData.mask;
}

/** Linux: signalfd_copyinfo(). */
function encode(task: Task, info: SigInfo): Uint8Array {
  return signalfdSiginfo.encode(task.isa, {
    ssi_signo: info.signo,
    ssi_errno: info.errno,
    ssi_code: info.code,
    ssi_pid: info.code === SI_TIMER ? 0 : (info.pid ?? 0),
    ssi_uid: info.uid ?? 0,
    ssi_tid: info.timerId ?? 0,
    ssi_overrun: info.overrun ?? 0,
    ssi_status: info.status ?? 0,
    ssi_utime: info.utime ?? 0,
    ssi_stime: info.stime ?? 0,
    ssi_addr: info.addr ?? 0,
    ssi_int: (info.value ?? 0) | 0,
    ssi_ptr: info.value ?? 0,
  });
}

/** As many whole structures as fit and are there; waits for the first. */
export function signalfdRead(k: Kernel, task: Task, file: File, to: IovIter): number {
  const count = Math.floor(to.count / INFO_BYTES);
  if (count === 0) return -EINVAL;
  const unwanted = sigandnsets(ALL, maskOf(file));
  let done = 0;
  for (let i = 0; i < count; i++) {
    const info = dequeueSignal(task, unwanted);
    if (!info) break;
    if (info.code === SI_TIMER) posixTimerRearm(k, info);
    if (to.copyTo(encode(task, info)) < INFO_BYTES) return done > 0 ? done : -EFAULT;
    done += INFO_BYTES;
  }
  if (done > 0) return done;
  if (file.flags & O_NONBLOCK) return -EAGAIN;
  if (signalPending(task)) return -ERESTARTSYS;
  return sleepOn(k, task, [signalfdChannel(task.tgid)]);
}

export function signalfdPoll(k: Kernel, file: File): number {
  const task = currentTask(k);
  const unwanted = sigandnsets(ALL, maskOf(file));
  const found = nextSignal(task.pending, unwanted) || nextSignal(task.signal.sharedPending, unwanted);
  return found ? POLLIN : 0;
}
