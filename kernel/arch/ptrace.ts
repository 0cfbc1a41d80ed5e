import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/** Registers of one kind, as PTRACE_GETREGSET and core files have them. Linux: struct user_regset. */
export interface Regset {
  readonly lenBytes: number;
  /** Transfers are multiples of this. */
  readonly unitBytes: number;
  get(k: Kernel, task: Task): Uint8Array;
  /** All bytes, those that the tracer has not given as `get` has them. 0 or -errno. */
  set(k: Kernel, task: Task, bytes: Uint8Array): number;
}

/** What a debugger sees of a task, ISA by ISA. */
export interface PtraceArch {
  /** AUDIT_ARCH_*. */
  readonly auditArch: number;
  /** PTRACE_SYSEMU: stop at a system call and do not make it. */
  readonly canEmulate: boolean;
  /** By NT_*; a number is the errno of one that this CPU does not have. */
  readonly regsets: { readonly [type: number]: Regset | number };
  /** A word of `struct user` of `task`, which may be of another ISA, or -errno. */
  peekUser(k: Kernel, task: Task, offset: number): Uint8Array | number;
  /** 0 or -errno. */
  pokeUser(k: Kernel, task: Task, offset: number, word: Uint8Array): number;
  /** A request that only this ISA's tracers have; null for one that it does not know. */
  request(k: Kernel, tracer: Task, task: Task, request: number, addr: number, data: number): number | null;
}
