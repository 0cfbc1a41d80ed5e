import { EAGAIN, ECHILD, EINVAL } from '../abi/errno.ts';
import { O_NONBLOCK } from '../abi/fcntl.ts';
import { PATH_MAX } from '../abi/limits.ts';
import { ARCH_GET_FS, ARCH_GET_GS, ARCH_SET_FS, ARCH_SET_GS } from '../abi/prctl.ts';
import { PTRACE_EVENT_EXEC } from '../abi/ptrace.ts';
import {
  __WALL,
  __WCLONE,
  __WNOTHREAD,
  exitStatus,
  P_ALL,
  P_PGID,
  P_PID,
  P_PIDFD,
  WCONTINUED,
  WEXITED,
  WNOHANG,
  WNOWAIT,
  WUNTRACED,
} from '../abi/wait.ts';
import { getThreadAreaBytes, setThreadArea } from '../arch/i386/tls.ts';
import { archOf } from '../arch/index.ts';
import { changeThread, saveThreadOf } from '../arch/thread.ts';
import { readU32, writeU32, writeU64 } from '../bytes.ts';
import { doExecve } from '../exec/exec.ts';
import { doExit, doGroupExit } from '../exit.ts';
import { pidfdTask } from '../fs/pidfd.ts';
import { mmOf } from '../fs/uargs.ts';
import { copyToUser, getString, getUserU32, getUserWord, putUserU32 } from '../mm/uaccess.ts';
import { findVpid, pidVnr } from '../pid.ts';
import { THREAD_X86 } from '../ports.ts';
import { ptraceEvent, tracerNr } from '../ptrace/stop.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { doWait, type WaitOptions, wait4Options } from '../wait.ts';
import { NO_RESULT, SLEEP, type SyscallRow } from './row.ts';
import { putRusage } from './time.ts';

/** Strings of argv and envp. Linux: fs/exec.c count(), copy_strings(). A null table counts as an empty one. */
function stringTable(k: Kernel, task: Task, addr: number): string[] {
  const mm = mmOf(task);
  const { wordBytes } = archOf(task.isa);
  const strings: string[] = [];
  if (addr === 0) return strings;
  for (let at = addr; ; at += wordBytes) {
    const pointer = getUserWord(k, mm, at, wordBytes);
    if (pointer === 0) return strings;
    strings.push(getString(k, mm, pointer, 0x20_0000));
  }
}

/**
 * A traced program has begun: its tracer hears of it before the first instruction, with the number that the thread had till then.
 * Linux: fs/exec.c exec_binprm().
 */
function execTold(k: Kernel, task: Task, oldNr: number): number {
  if (task.inSyscall) task.inSyscall.resume = { kind: 'exec-event' };
  return ptraceEvent(k, task, PTRACE_EVENT_EXEC, oldNr) ? SLEEP : 0;
}

/** execve(2). */
export const sys_execve: SyscallRow = {
  name: 'execve',
  nr: { i386: 11, x86_64: 59, arm: 11 },
  args: [
    ['pathname', 'path'],
    ['argv', 'argv'],
    ['envp', 'envp'],
  ],
  ret: 'int',
  handler: (k, task, [pathname = 0, argv = 0, envp = 0]) => {
    if (task.inSyscall?.resume?.kind === 'exec-event') return 0;
    const oldNr = tracerNr(k, task, task.pid);
    const result = doExecve(k, task, {
      path: getString(k, mmOf(task), pathname, PATH_MAX),
      argv: stringTable(k, task, argv),
      envp: stringTable(k, task, envp),
    });
    return result === 0 && task.ptrace ? execTold(k, task, oldNr) : result;
  },
};

/** _exit(2): the calling thread. */
export const sys_exit: SyscallRow = {
  name: 'exit',
  nr: { i386: 1, x86_64: 60, arm: 1 },
  args: [['status', 'int']],
  ret: 'none',
  handler: (k, task, [status = 0]) => {
    doExit(k, task, exitStatus(status));
    return NO_RESULT;
  },
};

/** exit_group(2). */
export const sys_exit_group: SyscallRow = {
  name: 'exit_group',
  nr: { i386: 252, x86_64: 231, arm: 248 },
  args: [['status', 'int']],
  ret: 'none',
  handler: (k, task, [status = 0]) => {
    doGroupExit(k, task, exitStatus(status));
    return NO_RESULT;
  },
};

function wait4(k: Kernel, task: Task, pid: number, wstatus: number, options: number, rusage: number): number {
  const wo = wait4Options(task, pid, options);
  if (typeof wo === 'number') return wo;
  const result = doWait(k, task, wo);
  if (typeof result === 'number') return result;
  if (wstatus !== 0) putUserU32(k, mmOf(task), wstatus, result.status);
  if (rusage !== 0) putRusage(k, task, rusage, result.usage);
  return result.info.pid ?? 0;
}

/** wait4(2). */
export const sys_wait4: SyscallRow = {
  name: 'wait4',
  nr: { i386: 114, x86_64: 61, arm: 114 },
  args: [
    ['pid', 'pid'],
    ['wstatus', 'wstatus'],
    ['options', 'waitoptions'],
    ['rusage', 'rusage'],
  ],
  ret: 'pid',
  handler: (k, task, [pid = 0, wstatus = 0, options = 0, rusage = 0]) => wait4(k, task, pid, wstatus, options, rusage),
};

/** waitpid(2), the i386 system call. */
export const sys_waitpid: SyscallRow = {
  name: 'waitpid',
  nr: { i386: 7 },
  args: [
    ['pid', 'pid'],
    ['wstatus', 'wstatus'],
    ['options', 'waitoptions'],
  ],
  ret: 'pid',
  handler: (k, task, [pid = 0, wstatus = 0, options = 0]) => wait4(k, task, pid, wstatus, options, 0),
};

function waitid(k: Kernel, task: Task, wo: WaitOptions, infop: number, rusage: number): number {
  const result = doWait(k, task, wo);
  if (typeof result === 'number' && result < 0) return result;
  const mm = mmOf(task);
  const info = new Uint8Array(128);
  if (typeof result !== 'number') {
    const fields = archOf(task.isa).wordBytes === 4 ? 12 : 16;
    writeU32(info, 0, result.info.signo);
    writeU32(info, 8, result.info.code);
    writeU32(info, fields, result.info.pid ?? 0);
    writeU32(info, fields + 4, result.info.uid ?? 0);
    writeU32(info, fields + 8, result.info.status ?? 0);
    if (rusage !== 0) putRusage(k, task, rusage, result.usage);
  }
  if (infop !== 0) copyToUser(k, mm, infop, info);
  return 0;
}

/** A descriptor that does not block asks once, and EAGAIN says that the process lives. */
function waitidPidfd(k: Kernel, task: Task, fd: number, infop: number, options: number, rusage: number): number {
  if (fd < 0) return -EINVAL;
  const { target, flags } = pidfdTask(task, fd);
  const nonblocking = (flags & O_NONBLOCK) !== 0;
  const wo = { type: P_PID, pid: target.pid, options: nonblocking ? options | WNOHANG : options };
  if (target.state === 'dead') return -ECHILD;
  if (nonblocking && !(options & WNOHANG)) {
    const peeked = doWait(k, task, { ...wo, options: wo.options | WNOWAIT });
    if (peeked === 0) return -EAGAIN;
  }
  return waitid(k, task, wo, infop, rusage);
}

const WAITID_OPTIONS = WNOHANG | WNOWAIT | WEXITED | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL;

/** waitid(2). Linux: kernel/exit.c kernel_waitid(). */
export const sys_waitid: SyscallRow = {
  name: 'waitid',
  nr: { i386: 284, x86_64: 247, arm: 280 },
  args: [
    ['idtype', 'int'],
    ['id', 'pid'],
    ['infop', 'ptr'],
    ['options', 'waitoptions'],
    ['rusage', 'rusage'],
  ],
  ret: 'int',
  handler: (k, task, [type = 0, id = 0, infop = 0, options = 0, rusage = 0]) => {
    if (options & ~WAITID_OPTIONS) return -EINVAL;
    if ((options & (WEXITED | WUNTRACED | WCONTINUED)) === 0) return -EINVAL;
    if (type === P_PIDFD) return waitidPidfd(k, task, id, infop, options, rusage);
    if (type !== P_ALL && type !== P_PID && type !== P_PGID) return -EINVAL;
    if ((type === P_PID && id <= 0) || (type === P_PGID && id < 0)) return -EINVAL;
    const pid = type === P_PGID && id === 0 ? task.signal.pgrp : findVpid(task, id);
    return waitid(k, task, { type, pid, options }, infop, rusage);
  },
};

/** set_tid_address(2). */
export const sys_set_tid_address: SyscallRow = {
  name: 'set_tid_address',
  nr: { i386: 258, x86_64: 218, arm: 256 },
  args: [['tidptr', 'ptr']],
  ret: 'pid',
  handler: (_k, task, [tidptr = 0]) => {
    task.clearChildTid = tidptr;
    return pidVnr(task, task.pid);
  },
};

/** set_thread_area(2). */
export const sys_set_thread_area: SyscallRow = {
  name: 'set_thread_area',
  nr: { i386: 243 },
  args: [['u_info', 'userdesc']],
  ret: 'int',
  handler: (k, task, [uInfo = 0]) => setThreadArea(k, task, uInfo, true),
};

/** get_thread_area(2). */
export const sys_get_thread_area: SyscallRow = {
  name: 'get_thread_area',
  nr: { i386: 244 },
  args: [['u_info', 'userdesc']],
  ret: 'int',
  handler: (k, task, [uInfo = 0]) => {
    saveThreadOf(k, task);
    const info = getThreadAreaBytes(task.thread, getUserU32(k, mmOf(task), uInfo) | 0);
    if (!info) return -EINVAL;
    copyToUser(k, mmOf(task), uInfo, info);
    return 0;
  },
};

/** arch_prctl(2). Linux: arch/x86/kernel/process_64.c do_arch_prctl_64(). */
export const sys_arch_prctl: SyscallRow = {
  name: 'arch_prctl',
  nr: { x86_64: 158 },
  args: [
    ['op', 'archprctlop'],
    ['addr', 'hex'],
  ],
  ret: 'int',
  handler: (k, task, [op = 0, addr = 0]) => {
    const field = op === ARCH_SET_GS || op === ARCH_GET_GS ? THREAD_X86.gsBase : THREAD_X86.fsBase;
    if (op === ARCH_SET_FS) return archOf(task.isa).setTls(k, task, addr);
    if (op === ARCH_SET_GS) {
      if (addr >= archOf(task.isa).taskSize) return -1;
      changeThread(k, task, (thread) => writeU64(thread, field, addr));
      return 0;
    }
    if (op !== ARCH_GET_FS && op !== ARCH_GET_GS) return -EINVAL;
    saveThreadOf(k, task);
    copyToUser(k, mmOf(task), addr, task.thread.slice(field, field + 8));
    return 0;
  },
};

/** ARM: the private call that sets the thread register. Linux: arch/arm/kernel/traps.c arm_syscall(). */
export const sys_arm_set_tls: SyscallRow = {
  name: 'set_tls',
  nr: { arm: 0xf0005 },
  args: [['tp', 'hex']],
  ret: 'int',
  handler: (k, task, [tp = 0]) => archOf(task.isa).setTls(k, task, tp),
};

/** ARM: get_tls. */
export const sys_arm_get_tls: SyscallRow = {
  name: 'get_tls',
  nr: { arm: 0xf0006 },
  args: [],
  ret: 'hex',
  handler: (k, task) => {
    saveThreadOf(k, task);
    return readU32(task.thread, 0);
  },
};

/** ARM: cacheflush. Translated code is dropped at the store already, so only the range is checked. */
export const sys_arm_cacheflush: SyscallRow = {
  name: 'cacheflush',
  nr: { arm: 0xf0002 },
  args: [
    ['start', 'hex'],
    ['end', 'hex'],
    ['flags', 'int'],
  ],
  ret: 'int',
  handler: (_k, _task, [start = 0, end = 0, flags = 0]) => (end < start || flags !== 0 ? -EINVAL : 0),
};

export const PROCESS_ROWS: readonly SyscallRow[] = [
  sys_execve,
  sys_exit,
  sys_exit_group,
  sys_wait4,
  sys_waitpid,
  sys_waitid,
  sys_set_tid_address,
  sys_set_thread_area,
  sys_get_thread_area,
  sys_arch_prctl,
  sys_arm_set_tls,
  sys_arm_get_tls,
  sys_arm_cacheflush,
];
