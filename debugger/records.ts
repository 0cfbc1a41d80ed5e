import type { IsaName, VirtAddr } from '../kernel/ports.ts';
import type { RegisterChange } from './registers.ts';

/** The place of an address in its program: `vfork+9`. */
export interface SymbolPlace {
  readonly name: string;
  readonly offset: number;
}

/** Bytes that a step wrote to user memory. */
export interface MemoryWrite {
  readonly addr: VirtAddr;
  readonly bytes: Uint8Array;
  /** `kernel`: written by the system call that the step trapped for. */
  readonly by: 'instruction' | 'kernel';
}

/** Something the kernel told of: a system call, a fork, a signal, an end. */
export interface EventRecord {
  readonly t: number;
  readonly pid: number;
  readonly kind: 'text' | 'fork' | 'vfork-wait' | 'vfork-done' | 'exec' | 'signal' | 'exit' | 'killed' | 'stopped';
  /** kind `text`: a line in strace's words, without its end. */
  readonly text?: string;
  /** The child of a fork or of a wait for it. */
  readonly child?: number;
  /** Id of the child's address space at its birth. */
  readonly childMm?: number;
  readonly how?: 'fork' | 'vfork' | 'clone';
  readonly signal?: number;
  readonly status?: number;
}

/**
 * One instruction that was executed: plain data. `t` names the instant before it, so the machine is at `t` when this
 * instruction comes next, and what it wrote was written "at t".
 */
export interface StepRecord {
  readonly kind: 'step';
  readonly t: number;
  readonly pid: number;
  readonly isa: IsaName;
  /** Id of the address space: equal for processes that share memory. */
  readonly mm: number;
  readonly pc: VirtAddr;
  readonly nextPc: VirtAddr;
  readonly sp: VirtAddr;
  readonly spAfter: VirtAddr;
  readonly bytes: Uint8Array;
  readonly mnemonic: string;
  readonly operands: string;
  readonly place: SymbolPlace | null;
  readonly registers: readonly RegisterChange[];
  readonly writes: readonly MemoryWrite[];
  /** What happened since the last step, before this instruction: a task woke, a signal came. */
  readonly before: readonly EventRecord[];
  /** What it caused: its system call, a fork, an end. */
  readonly events: readonly EventRecord[];
}

/** Nothing runs: all processes have ended, or all sleep. */
export interface StopRecord {
  readonly kind: 'stop';
  readonly reason: 'done' | 'idle';
  readonly before: readonly EventRecord[];
}
