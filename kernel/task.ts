import type { Caps } from './commoncap.ts';
import type { File, Inode } from './fs/types.ts';
import type { SemUndoList } from './ipc/sem.ts';
import type { Mm } from './mm/types.ts';
import type { Nsproxy } from './nsproxy.ts';
import type { PidNamespace } from './pid.ts';
import type { IsaName, PhysAddr, VirtAddr } from './ports.ts';
import type { Ptrace } from './ptrace/types.ts';
import type { Limit } from './rlimit.ts';
import type { Usage } from './rusage.ts';

/** Bytes of a task's name, with its NUL. */
export const TASK_COMM_LEN = 16;

/** 64 signals as two words: bit n-1 stands for signal n, as in the kernel's sigset_t. */
export interface Sigset {
  lo: number;
  hi: number;
}

/** What siginfo_t carries, by field; the arch writes it in its own layout. */
export interface SigInfo {
  signo: number;
  errno: number;
  code: number;
  /** si_pid and si_uid of kill and SIGCHLD. */
  pid?: number;
  uid?: number;
  /** si_status, si_utime, si_stime of SIGCHLD. */
  status?: number;
  utime?: number;
  stime?: number;
  /** si_addr of SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP. */
  addr?: VirtAddr;
  /** si_value of sigqueue and timers. */
  value?: number;
  /** si_timerid and si_overrun of timer_create(2)'s timers. */
  timerId?: number;
  overrun?: number;
  /** x86: trapno, error code and cr2 for the frame of a synchronous signal. */
  trapNo?: number;
  errorCode?: number;
}

/** Queued signals: at most one of each standard signal, any number of each real-time one. */
export interface SigPending {
  set: Sigset;
  queue: SigInfo[];
}

/** struct k_sigaction. handler 0 is SIG_DFL, 1 is SIG_IGN. */
export interface SigAction {
  handler: VirtAddr;
  /** SA_* as an unsigned 32-bit number. */
  flags: number;
  restorer: VirtAddr;
  mask: Sigset;
}

/** struct sighand_struct: shared under CLONE_SIGHAND. Index is the signal's number; index 0 is unused. */
export interface Sighand {
  count: number;
  /** Replaced as a whole, never changed: a copy after fork shares it. */
  action: readonly SigAction[];
}

/** Interval timers besides `alarmNs`, in ns; 0 is off. The virtual and profiling ones expire at a CPU time of the group. */
export interface Itimers {
  realIntervalNs: number;
  virtualNs: number;
  virtualIntervalNs: number;
  profNs: number;
  profIntervalNs: number;
}

/** struct signal_struct: one a thread group. */
export interface SignalStruct {
  /** Pids of the threads alive, oldest first. A leader that has exited before others is a zombie, and not among them. */
  threads: number[];
  /** Pid of the thread that the group's next signal is offered to when the one it was sent to does not want it. */
  currTarget: number;
  sharedPending: SigPending;
  /** SIGNAL_GROUP_EXIT: the group dies, or has died. */
  groupExit: boolean;
  /** Status that wait4 gives for the whole group when `groupExit`. */
  groupExitCode: number;
  /** Pid of the thread that waits in execve until the others are gone; 0 when none. */
  groupExecTask: number;
  /** SIGNAL_UNKILLABLE: the init of a pid namespace, which only its handlers and its ancestors can harm. */
  unkillable: boolean;
  /** prctl(PR_SET_CHILD_SUBREAPER), and whether an ancestor has asked for it. */
  isChildSubreaper: boolean;
  hasChildSubreaper: boolean;
  pgrp: number;
  session: number;
  /** By RLIMIT_*. Replaced as a whole: a copy after fork shares it. */
  rlim: readonly Limit[];
  /** What threads that have exited have used. */
  exited: Usage;
  /** What children have used that were waited for, theirs included. */
  reaped: Usage;
  /** alarm(2): instant in ns of virtual time, 0 when off. */
  alarmNs: number;
  itimers: Itimers | null;
  /** Stopped by a signal: the signal's number, else 0; `stopReported` once wait4 has told. */
  stopSignal: number;
  stopReported: boolean;
  continuedUnreported: boolean;
}

/** struct files_struct: shared under CLONE_FILES. */
export interface Files {
  count: number;
  /** Index is the descriptor; null where it is free. */
  fd: ({ file: File; cloexec: boolean } | null)[];
}

/** struct fs_struct: shared under CLONE_FS. */
export interface FsStruct {
  users: number;
  cwd: Inode;
  root: Inode;
  umask: number;
}

export interface Cred {
  readonly uid: number;
  readonly gid: number;
  readonly euid: number;
  readonly egid: number;
  readonly suid: number;
  readonly sgid: number;
  readonly fsuid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  readonly caps: Caps;
  /** SECBIT_*. */
  readonly securebits: number;
}

/** Where a sleeping task sleeps, and what ends its sleep. Plain data: see sched.ts. */
export interface WaitingFor {
  /** Names of wait queues, such as `pipe:7:read` or `child:1000`. */
  channels: string[];
  /** Virtual time in ns at which the sleep ends by itself; Infinity when it does not. */
  deadlineNs: number;
}

/**
 * TASK_RUNNING … EXIT_ZOMBIE of Linux. `interruptible` is left on any signal that is not blocked, `killable` only on
 * one that kills (TASK_KILLABLE: a vfork parent), `uninterruptible` on none. `traced` is a stop for the tracer (TASK_TRACED).
 */
export type TaskState =
  | 'running'
  | 'interruptible'
  | 'killable'
  | 'uninterruptible'
  | 'stopped'
  | 'traced'
  | 'zombie'
  | 'dead';

/** Where a task is inside a system call that sleeps or restarts; null in user space. */
export interface InSyscall {
  nr: number;
  /** Whose system call table: i386's for `int $0x80` from 64-bit code. */
  isa: IsaName;
  /** What the handler left for its next run after it slept (its progress, a deadline); null before the first sleep. */
  resume: Resume | null;
}

/** A sleeping call's own state. `kind` names the handler that wrote it. */
export type Resume = { kind: string; [field: string]: number | string | boolean | number[] | null };

/** struct task_struct. */
export interface Task {
  /** The kernel's own number: the one in the first pid namespace. What user space sees of it is in pid.ts. */
  pid: number;
  tgid: number;
  comm: string;
  state: TaskState;
  isa: IsaName;
  /** Lowest byte of the kernel stack; thread_info stands there, pt_regs at the top. */
  stack: PhysAddr;
  ptRegs: PhysAddr;
  /** FPU and TLS registers while the task does not run; see THREAD_X86 and THREAD_ARM in ports.ts. */
  thread: Uint8Array;
  /** Null once the task has exited. */
  mm: Mm | null;
  files: Files | null;
  fs: FsStruct | null;
  /** Null once the task has exited. */
  nsproxy: Nsproxy | null;
  /** The namespace that its pid is of, the innermost one. */
  pidNs: PidNamespace;
  /** What semop(2)'s SEM_UNDO has to take back; null when nothing. */
  semUndo: SemUndoList | null;
  sighand: Sighand;
  signal: SignalStruct;
  blocked: Sigset;
  /** Mask to restore when the handler of sigsuspend, ppoll … has run; null when none. */
  savedSigmask: Sigset | null;
  pending: SigPending;
  /** TIF_SIGPENDING: look for signals before the next return to user space. */
  sigPending: boolean;
  /** Replaced as a whole, as `cred` is: a copy after fork shares them. */
  sas: { readonly sp: VirtAddr; readonly size: number; readonly flags: number };
  cred: Cred;
  /** Pid of the thread that is the parent; INIT_PID when it has died in the first namespace. Threads have their leader's. */
  realParent: number;
  /** Pids of this thread's children, oldest first, zombies included: leaders of groups only. */
  children: number[];
  /** Signal to the parent at the group's end; -1 for a thread that is not the leader. */
  exitSignal: number;
  /** Counts execve; and the parent's count when this task was made: a later program is told by SIGCHLD only. */
  selfExecId: number;
  parentExecId: number;
  /** The status as wait4 gives it, valid in state zombie. */
  exitCode: number;
  /** CLONE_CHILD_SETTID, written by the child on its first run; 0 when none. */
  setChildTid: VirtAddr;
  /** CLONE_CHILD_CLEARTID and set_tid_address; 0 when none. */
  clearChildTid: VirtAddr;
  /** set_robust_list(2): address of struct robust_list_head, 0 when none. */
  robustList: VirtAddr;
  /** Pid of the vfork parent that sleeps until this task's mm_release; 0 when none. */
  vforkParent: number;
  /** Set in a vfork parent when its child has released the mm. */
  vforkDone: boolean;
  /** True until the task has returned to user space for the first time. */
  retFromFork: boolean;
  inSyscall: InSyscall | null;
  /** What restart_syscall(2) goes on with; null when nothing. Linux: struct restart_block. */
  restartBlock: Resume | null;
  /** Result of the call the task is just leaving, for the restart rules; 0 when it enters user space otherwise. */
  syscallResult: number;
  waitingFor: WaitingFor | null;
  /** Null while nobody traces the task. */
  ptrace: Ptrace | null;
  /** Pids that this thread traces, zombies included. */
  ptraced: number[];
  /** The program of an execve that waits for the ends of the other threads. */
  execFile: File | null;
  /** PR_SET_PDEATHSIG. */
  pdeathSignal: number;
  /** personality(2): READ_IMPLIES_EXEC and friends. */
  personality: number;
  /** Has called execve since its fork (setpgid's EACCES). */
  didExec: boolean;
  nice: number;
  /** SCHED_*, the priority of the real-time ones (1 to 99, else 0), and whether a child gets neither. */
  policy: number;
  rtPriority: number;
  resetOnFork: boolean;
  noNewPrivs: boolean;
  /** PR_SET_TIMERSLACK, in ns. */
  timerSlackNs: number;
  /** Counts of getrusage(2): page faults, sleeps, time slices used up. */
  minFlt: number;
  nvcsw: number;
  nivcsw: number;
  /** Instructions this task has retired. */
  retired: number;
  startNs: number;
}
