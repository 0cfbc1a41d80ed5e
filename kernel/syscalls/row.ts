import type { IsaName } from '../ports.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/**
 * How an argument is read from its register and, by its name, printed by strace.
 * s32/u32: the low word. long/ulong: the full register. loff: 64 bits, in two registers on 32-bit ISAs (an even/odd
 * pair on ARM, as the EABI has it).
 */
export const ARG_WIDTH = {
  int: 's32',
  fd: 's32',
  /** AT_FDCWD or a descriptor. */
  dirfd: 's32',
  pid: 's32',
  uint: 'u32',
  mode: 'u32',
  uid: 's32',
  signal: 's32',
  openflags: 's32',
  whence: 's32',
  prot: 'ulong',
  mapflags: 'ulong',
  cloneflags: 'ulong',
  waitoptions: 's32',
  accessmode: 's32',
  atflags: 's32',
  fcntlcmd: 'u32',
  ioctlcmd: 'u32',
  resource: 'u32',
  clockid: 's32',
  sighow: 's32',
  futexop: 's32',
  prctlop: 's32',
  archprctlop: 's32',
  madvice: 's32',
  ptracerequest: 'long',
  long: 'long',
  ulong: 'ulong',
  hex: 'ulong',
  size: 'ulong',
  off: 'long',
  loff: 'loff',
  ptr: 'ulong',
  path: 'ulong',
  /** Bytes the guest passes in; the length is the next `size` argument. */
  inbuf: 'ulong',
  /** Bytes the kernel fills; the length is the result. */
  outbuf: 'ulong',
  iniov: 'ulong',
  outiov: 'ulong',
  argv: 'ulong',
  envp: 'ulong',
  /** Pointers to structures, printed at exit when the kernel fills them. */
  wstatus: 'ulong',
  rusage: 'ulong',
  stat: 'ulong',
  stat64: 'ulong',
  statx: 'ulong',
  fdpair: 'ulong',
  intres: 'ulong',
  timespec: 'ulong',
  timespec64: 'ulong',
  timeval: 'ulong',
  outtimespec: 'ulong',
  outtimespec64: 'ulong',
  outtimeval: 'ulong',
  itimerspec: 'ulong',
  itimerspec64: 'ulong',
  outitimerspec: 'ulong',
  outitimerspec64: 'ulong',
  sigset: 'ulong',
  outsigset: 'ulong',
  sigaction: 'ulong',
  outsigaction: 'ulong',
  rlimit: 'ulong',
  rlimit64: 'ulong',
  outrlimit: 'ulong',
  outrlimit64: 'ulong',
  utsname: 'ulong',
  sysinfo: 'ulong',
  dirents: 'ulong',
  pollfds: 'ulong',
  userdesc: 'ulong',
  outpath: 'ulong',
  outlong: 'ulong',
} as const satisfies Record<string, 's32' | 'u32' | 'long' | 'ulong' | 'loff'>;

export type ArgKind = keyof typeof ARG_WIDTH;

/** How strace prints a result that is not an error. */
export type RetKind = 'int' | 'hex' | 'ptr' | 'fd' | 'pid' | 'none' | 'octal' | 'long';

/**
 * What a handler returns when the task has gone to sleep (it called `sleepOn`): the dispatcher leaves the task in the call
 * and runs the handler again, with the same arguments, when it is woken; `task.inSyscall.resume` then holds what it left.
 */
export const SLEEP = -0x7fff_ffff;

/** Returned by calls that have set the registers themselves (sigreturn, execve) or never return (exit). */
export const NO_RESULT = -0x7fff_fffe;

/** The result for user space: ≥ 0, or a negative errno, or SLEEP or NO_RESULT. */
export type Handler = (k: Kernel, task: Task, args: readonly number[]) => number;

/** One system call: the only place that knows its numbers, arguments and handler. */
export interface SyscallRow {
  readonly name: string;
  /** Absent on an ISA where Linux does not have it. */
  readonly nr: { readonly [isa in IsaName]?: number };
  readonly args: readonly (readonly [name: string, kind: ArgKind])[];
  readonly ret: RetKind;
  readonly handler: Handler;
  /** Linux does not build the call for machines without MMU: -ENOSYS there. Linux: kernel/sys_ni.c, mm/Makefile, mm/Kconfig. */
  readonly needsMmu?: true;
  /** Made up for a number that has no row: the handler returns -ENOSYS. */
  readonly absent?: true;
}

/** Thrown by helpers deep inside a call (a bad user pointer, a path that does not exist); the dispatcher returns -errno. */
export class SyscallError extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(`errno ${errno}`);
    this.errno = errno;
  }
}
