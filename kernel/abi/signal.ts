/** Linux: uapi/asm/signal.h, asm-generic/siginfo.h. */

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGIOT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGSTKFLT = 16;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGIO = 29;
export const SIGPOLL = 29;
export const SIGPWR = 30;
export const SIGSYS = 31;
export const SIGRTMIN = 32;
export const MINSIGSTKSZ = 2048;
export const SIGSTKSZ = 8192;

export const SA_RESTORER = 0x4000000;
export const SA_NOCLDSTOP = 1;
export const SA_NOCLDWAIT = 2;
export const SA_SIGINFO = 4;
export const SA_UNSUPPORTED = 0x400;
export const SA_EXPOSE_TAGBITS = 0x800;
export const SA_ONSTACK = 0x8000000;
export const SA_RESTART = 0x10000000;
export const SA_NODEFER = 0x40000000;
export const SA_RESETHAND = 0x80000000;
export const SA_NOMASK = 0x40000000;
export const SA_ONESHOT = 0x80000000;

export const SI_MAX_SIZE = 128;
export const SI_USER = 0;
export const SI_KERNEL = 128;
export const SI_QUEUE = -1;
export const SI_TIMER = -2;
export const SI_MESGQ = -3;
export const SI_ASYNCIO = -4;
export const SI_SIGIO = -5;
export const SI_TKILL = -6;
export const SI_DETHREAD = -7;
export const SI_ASYNCNL = -60;
export const ILL_ILLOPC = 1;
export const ILL_ILLOPN = 2;
export const ILL_ILLADR = 3;
export const ILL_ILLTRP = 4;
export const ILL_PRVOPC = 5;
export const ILL_PRVREG = 6;
export const ILL_COPROC = 7;
export const ILL_BADSTK = 8;
export const ILL_BADIADDR = 9;
export const FPE_INTDIV = 1;
export const FPE_INTOVF = 2;
export const FPE_FLTDIV = 3;
export const FPE_FLTOVF = 4;
export const FPE_FLTUND = 5;
export const FPE_FLTRES = 6;
export const FPE_FLTINV = 7;
export const FPE_FLTSUB = 8;
export const FPE_FLTUNK = 14;
export const FPE_CONDTRAP = 15;
export const SEGV_MAPERR = 1;
export const SEGV_ACCERR = 2;
export const SEGV_BNDERR = 3;
export const SEGV_PKUERR = 4;
export const SEGV_ACCADI = 5;
export const SEGV_ADIDERR = 6;
export const SEGV_ADIPERR = 7;
export const SEGV_MTEAERR = 8;
export const SEGV_MTESERR = 9;
export const BUS_ADRALN = 1;
export const BUS_ADRERR = 2;
export const BUS_OBJERR = 3;
export const BUS_MCEERR_AR = 4;
export const BUS_MCEERR_AO = 5;
export const TRAP_BRKPT = 1;
export const TRAP_TRACE = 2;
export const TRAP_BRANCH = 3;
export const TRAP_HWBKPT = 4;
export const TRAP_UNK = 5;
export const TRAP_PERF = 6;
export const TRAP_PERF_FLAG_ASYNC = 1;
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
export const CLD_TRAPPED = 4;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;
export const POLL_IN = 1;
export const POLL_OUT = 2;
export const POLL_MSG = 3;
export const POLL_ERR = 4;
export const POLL_PRI = 5;
export const POLL_HUP = 6;
export const SYS_SECCOMP = 1;
export const SYS_USER_DISPATCH = 2;
export const EMT_TAGOVF = 1;
export const SIGEV_SIGNAL = 0;
export const SIGEV_NONE = 1;
export const SIGEV_THREAD = 2;
export const SIGEV_THREAD_ID = 4;

/** Signals are 1 to 64. */
export const _NSIG = 64;
export const SIGRTMAX = 64;

/** how of rt_sigprocmask. */
export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;

/** Values of sa_handler that are no address. */
export const SIG_DFL = 0;
export const SIG_IGN = 1;

/** ss_flags of sigaltstack. */
export const SS_ONSTACK = 1;
export const SS_DISABLE = 2;
export const SS_AUTODISARM = 0x8000_0000;

/** What SIG_DFL does with a signal. Linux: include/linux/signal.h, the table above siginfo_layout. */
export type DefaultAction = 'terminate' | 'core' | 'ignore' | 'stop' | 'continue';

const SIGNALS: readonly (readonly [signo: number, name: string, action: DefaultAction])[] = [
  [SIGHUP, 'SIGHUP', 'terminate'],
  [SIGINT, 'SIGINT', 'terminate'],
  [SIGQUIT, 'SIGQUIT', 'core'],
  [SIGILL, 'SIGILL', 'core'],
  [SIGTRAP, 'SIGTRAP', 'core'],
  [SIGABRT, 'SIGABRT', 'core'],
  [SIGBUS, 'SIGBUS', 'core'],
  [SIGFPE, 'SIGFPE', 'core'],
  [SIGKILL, 'SIGKILL', 'terminate'],
  [SIGUSR1, 'SIGUSR1', 'terminate'],
  [SIGSEGV, 'SIGSEGV', 'core'],
  [SIGUSR2, 'SIGUSR2', 'terminate'],
  [SIGPIPE, 'SIGPIPE', 'terminate'],
  [SIGALRM, 'SIGALRM', 'terminate'],
  [SIGTERM, 'SIGTERM', 'terminate'],
  [SIGSTKFLT, 'SIGSTKFLT', 'terminate'],
  [SIGCHLD, 'SIGCHLD', 'ignore'],
  [SIGCONT, 'SIGCONT', 'continue'],
  [SIGSTOP, 'SIGSTOP', 'stop'],
  [SIGTSTP, 'SIGTSTP', 'stop'],
  [SIGTTIN, 'SIGTTIN', 'stop'],
  [SIGTTOU, 'SIGTTOU', 'stop'],
  [SIGURG, 'SIGURG', 'ignore'],
  [SIGXCPU, 'SIGXCPU', 'core'],
  [SIGXFSZ, 'SIGXFSZ', 'core'],
  [SIGVTALRM, 'SIGVTALRM', 'terminate'],
  [SIGPROF, 'SIGPROF', 'terminate'],
  [SIGWINCH, 'SIGWINCH', 'ignore'],
  [SIGIO, 'SIGIO', 'terminate'],
  [SIGPWR, 'SIGPWR', 'terminate'],
  [SIGSYS, 'SIGSYS', 'core'],
];

const BY_NUMBER = new Map(SIGNALS.map((entry) => [entry[0], entry]));

/** As strace has it: `SIGSEGV`, `SIGRTMIN` for 32, `SIGRT_1` for 33; the number itself for what is no signal. */
export function signalName(signo: number): string {
  if (signo === SIGRTMIN) return 'SIGRTMIN';
  if (signo > SIGRTMIN && signo <= SIGRTMAX) return `SIGRT_${signo - SIGRTMIN}`;
  return BY_NUMBER.get(signo)?.[1] ?? String(signo);
}

/** Linux: sig_kernel_coredump, sig_kernel_ignore, sig_kernel_stop; real-time signals terminate. */
export function defaultAction(signo: number): DefaultAction {
  return BY_NUMBER.get(signo)?.[2] ?? 'terminate';
}
