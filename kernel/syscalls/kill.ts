import { EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { _NSIG, SI_TKILL, SI_USER } from '../abi/signal.ts';
import { decodeSiginfo, SIGINFO_BYTES } from '../abi/structs.ts';
import { callIsa, getBytes } from '../fs/uargs.ts';
import { findTaskByVpid, pidVnr } from '../pid.ts';
import { killGroup, killSomething, killThread } from '../signal/kill.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** Signals from process to process. */

function fromUser(task: Task, signo: number, code: number): SigInfo {
  return { signo, errno: 0, code, pid: pidVnr(task, task.tgid), uid: task.cred.uid };
}

/** Signal 0 asks only whether there is somebody to send to. */
function invalid(signo: number): boolean {
  return signo < 0 || signo > _NSIG;
}

/** kill(2). */
const sys_kill: SyscallRow = {
  name: 'kill',
  nr: { i386: 37, x86_64: 62, arm: 37 },
  args: [
    ['pid', 'pid'],
    ['sig', 'signal'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, signo = 0]) {
    if (invalid(signo)) return -EINVAL;
    return killSomething(k, task, pid, fromUser(task, signo, SI_USER));
  },
};

/** `tgid` 0: any group. Linux: do_tkill(), do_rt_tgsigqueueinfo(). */
function sendSpecific(k: Kernel, task: Task, tgid: number, pid: number, info: SigInfo): number {
  const target = findTaskByVpid(k, task, pid);
  if (!target || (tgid > 0 && pidVnr(task, target.tgid) !== tgid)) return -ESRCH;
  return killThread(k, task, target, info);
}

/** tgkill(2). */
const sys_tgkill: SyscallRow = {
  name: 'tgkill',
  nr: { i386: 270, x86_64: 234, arm: 268 },
  args: [
    ['tgid', 'pid'],
    ['pid', 'pid'],
    ['sig', 'signal'],
  ],
  ret: 'int',
  handler(k, task, [tgid = 0, pid = 0, signo = 0]) {
    if (pid <= 0 || tgid <= 0 || invalid(signo)) return -EINVAL;
    return sendSpecific(k, task, tgid, pid, fromUser(task, signo, SI_TKILL));
  },
};

/** tkill(2). */
const sys_tkill: SyscallRow = {
  name: 'tkill',
  nr: { i386: 238, x86_64: 200, arm: 238 },
  args: [
    ['pid', 'pid'],
    ['sig', 'signal'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, signo = 0]) {
    if (pid <= 0 || invalid(signo)) return -EINVAL;
    return sendSpecific(k, task, 0, pid, fromUser(task, signo, SI_TKILL));
  },
};

/** siginfo as the caller wants it, with the number of the call. */
function readSiginfo(k: Kernel, task: Task, addr: number, signo: number): SigInfo {
  return { ...decodeSiginfo(callIsa(task), getBytes(k, task, addr, SIGINFO_BYTES)), signo };
}

/** Nobody may pass for the kernel, nor for kill or tgkill, before another process. */
function forged(task: Task, pid: number, info: SigInfo): boolean {
  return (info.code >= 0 || info.code === SI_TKILL) && pid !== pidVnr(task, task.pid);
}

/** rt_sigqueueinfo(2): what sigqueue(3) is made of. */
const sys_rt_sigqueueinfo: SyscallRow = {
  name: 'rt_sigqueueinfo',
  nr: { i386: 178, x86_64: 129, arm: 178 },
  args: [
    ['pid', 'pid'],
    ['sig', 'signal'],
    ['uinfo', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [pid = 0, signo = 0, uinfo = 0]) {
    const info = readSiginfo(k, task, uinfo, signo);
    if (forged(task, pid, info)) return -EPERM;
    if (invalid(signo)) return -EINVAL;
    const target = findTaskByVpid(k, task, pid);
    return target ? killGroup(k, task, target, info) : -ESRCH;
  },
};

/** rt_tgsigqueueinfo(2). */
const sys_rt_tgsigqueueinfo: SyscallRow = {
  name: 'rt_tgsigqueueinfo',
  nr: { i386: 335, x86_64: 297, arm: 363 },
  args: [
    ['tgid', 'pid'],
    ['pid', 'pid'],
    ['sig', 'signal'],
    ['uinfo', 'ptr'],
  ],
  ret: 'int',
  handler(k, task, [tgid = 0, pid = 0, signo = 0, uinfo = 0]) {
    const info = readSiginfo(k, task, uinfo, signo);
    if (pid <= 0 || tgid <= 0 || invalid(signo)) return -EINVAL;
    if (forged(task, pid, info)) return -EPERM;
    return sendSpecific(k, task, tgid, pid, info);
  },
};

export const KILL_ROWS: readonly SyscallRow[] = [
  sys_kill,
  sys_tgkill,
  sys_tkill,
  sys_rt_sigqueueinfo,
  sys_rt_tgsigqueueinfo,
];
