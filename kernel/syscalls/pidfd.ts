import { EBADF, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { PIDFD_NONBLOCK } from '../abi/pidfd.ts';
import { SI_TKILL, SI_USER } from '../abi/signal.ts';
import { decodeSiginfo, SIGINFO_BYTES } from '../abi/structs.ts';
import { allocFd, fget, lowestFreeFd } from '../fs/file.ts';
import { pidfdFile, pidfdTask } from '../fs/pidfd.ts';
import { callIsa, getBytes } from '../fs/uargs.ts';
import { findTaskByVpid, pidVnr } from '../pid.ts';
import { ptraceMayAccess } from '../ptrace/access.ts';
import { validSignal } from '../signal/action.ts';
import { killGroup } from '../signal/kill.ts';
import type { Kernel } from '../state.ts';
import type { SigInfo, Task } from '../task.ts';
import { installAnon } from './anon-fd.ts';
import { SyscallError, type SyscallRow } from './row.ts';

/** Processes by descriptor. Linux: kernel/pid.c, kernel/signal.c. */

/** pidfd_open(2): of processes, not of other threads. */
export const sys_pidfd_open: SyscallRow = {
  name: 'pidfd_open',
  nr: { i386: 434, x86_64: 434, arm: 434 },
  args: [
    ['pid', 'pid'],
    ['flags', 'uint'],
  ],
  ret: 'fd',
  handler(k, task, [pid = 0, flags = 0]) {
    if (flags & ~PIDFD_NONBLOCK || pid <= 0) return -EINVAL;
    const target = findTaskByVpid(k, task, pid);
    if (!target) return -ESRCH;
    if (target.pid !== target.tgid) return -EINVAL;
    return installAnon(k, task, true, () => pidfdFile(k, target, flags));
  },
};

/** The caller's siginfo. Throws EFAULT, EINVAL for another signal, EPERM for what only the kernel says. */
function userInfo(k: Kernel, task: Task, target: Task, signo: number, addr: number): SigInfo {
  const info = decodeSiginfo(callIsa(task), getBytes(k, task, addr, SIGINFO_BYTES));
  if (info.signo !== signo) throw new SyscallError(EINVAL);
  if (target !== task && (info.code >= 0 || info.code === SI_TKILL)) throw new SyscallError(EPERM);
  return info;
}

/** pidfd_send_signal(2). */
export const sys_pidfd_send_signal: SyscallRow = {
  name: 'pidfd_send_signal',
  nr: { i386: 424, x86_64: 424, arm: 424 },
  args: [
    ['pidfd', 'fd'],
    ['sig', 'signal'],
    ['info', 'ptr'],
    ['flags', 'uint'],
  ],
  ret: 'int',
  handler(k, task, [pidfd = 0, signo = 0, addr = 0, flags = 0]) {
    if (flags !== 0) return -EINVAL;
    const { target } = pidfdTask(task, pidfd);
    const info =
      addr === 0
        ? { signo, errno: 0, code: SI_USER, pid: pidVnr(task, task.tgid), uid: task.cred.uid }
        : userInfo(k, task, target, signo, addr);
    if (signo !== 0 && !validSignal(signo)) return -EINVAL;
    return target.state === 'dead' ? -ESRCH : killGroup(k, task, target, info);
  },
};

/** pidfd_getfd(2). */
export const sys_pidfd_getfd: SyscallRow = {
  name: 'pidfd_getfd',
  nr: { i386: 438, x86_64: 438, arm: 438 },
  args: [
    ['pidfd', 'fd'],
    ['targetfd', 'fd'],
    ['flags', 'uint'],
  ],
  ret: 'fd',
  handler(k, task, [pidfd = 0, fd = 0, flags = 0]) {
    if (flags !== 0) return -EINVAL;
    const { target } = pidfdTask(task, pidfd);
    if (!k.state.tasks.has(target.pid) || !target.files) return -ESRCH;
    if (!ptraceMayAccess(task, target)) return -EPERM;
    const file = target.files.fd[fd]?.file;
    if (!file) return -EBADF;
    lowestFreeFd(task);
    return allocFd(task, fget(file), true);
  },
};

export const PIDFD_ROWS = [sys_pidfd_open, sys_pidfd_send_signal, sys_pidfd_getfd];
