import type { IsaName } from '../ports.ts';
import type { SigInfo } from '../task.ts';

/** What a stop is about, and so what the task does when it goes on. */
export type StopKind = 'signal' | 'syscall-entry' | 'syscall-exit' | 'event' | 'trap';

/** A ptrace-stop: what wait4 tells the tracer. */
export interface PtraceStop {
  kind: StopKind;
  /** Signal, and PTRACE_EVENT_* << 8: the high bytes of the wait status. 0 once a wait has told it. */
  code: number;
  /** What PTRACE_GETSIGINFO gives; null in a group stop of a task that was not seized. Linux: last_siginfo. */
  info: SigInfo | null;
}

/** How the tracer has set the task going. */
export type PtraceResume = 'cont' | 'syscall' | 'step' | 'sysemu';

/** The tracee's side of tracing. Linux: task->ptrace, task->jobctl, ptrace_message. */
export interface Ptrace {
  /** Pid of the thread that traces. */
  tracer: number;
  seized: boolean;
  /** PTRACE_O_*. */
  options: number;
  resume: PtraceResume;
  /** Not null in state `traced`. */
  stop: PtraceStop | null;
  /** PTRACE_GETEVENTMSG. */
  message: number;
  /** JOBCTL_TRAP_STOP, JOBCTL_TRAP_NOTIFY: trap when the task next looks for signals. */
  trapStop: boolean;
  trapNotify: boolean;
  /** JOBCTL_LISTENING: stopped, but not for the tracer. */
  listening: boolean;
  /** The group stop that this task has already taken part in: its signal, 0 when none. */
  groupStop: number;
  /** Behind a signal-delivery-stop: what is to be delivered; null when there is nothing or it is done. */
  deliver: SigInfo | null;
  /** Table of the system call of the last entry stop. */
  callIsa: IsaName;
  /** Exit status of a task that has told PTRACE_EVENT_EXIT; -1 while it does not exit. */
  exitCode: number;
}
