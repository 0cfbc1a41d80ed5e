import type { Mm } from './mm/types.ts';
import type { VirtAddr } from './ports.ts';
import type { SyscallRow } from './syscalls/row.ts';
import type { SigInfo, Task } from './task.ts';

/** What a listener hears of. `t` and `pid` can be read from the kernel's state and the task. */
export type KernelEvent =
  | { kind: 'syscall-enter'; task: Task; row: SyscallRow; args: readonly number[] }
  /** The call sleeps: strace's `<unfinished ...>`. */
  | { kind: 'syscall-sleep'; task: Task; row: SyscallRow; args: readonly number[] }
  /** `result` as user space gets it, or one of the kernel's own restart codes (-512 …), or null for a call that never returns. */
  | { kind: 'syscall-exit'; task: Task; row: SyscallRow; args: readonly number[]; result: number | null }
  | { kind: 'fork'; parent: Task; child: Task; how: 'fork' | 'vfork' | 'clone' }
  | { kind: 'vfork-wait'; parent: Task; child: Task }
  | { kind: 'vfork-done'; parent: Task; child: Task }
  | { kind: 'exec'; task: Task; path: string }
  /** A signal is about to be delivered, ignored ones left out. */
  | { kind: 'signal'; task: Task; info: SigInfo }
  /** The task is about to end; how, its own `exit` or `killed` tells, which for a leader comes after its last thread's. */
  | { kind: 'exiting'; task: Task }
  /** A thread that is not the leader has got rid of the others in execve, and goes on as the leader. */
  | { kind: 'thread-exec'; task: Task; oldPid: number }
  | { kind: 'exit'; task: Task; code: number }
  | { kind: 'killed'; task: Task; signal: number; core: boolean }
  | { kind: 'stopped'; task: Task; signal: number }
  | WatchEvent;

/** The kernel itself, for a call of `task`, has read or written part of a watched range. */
export interface WatchEvent {
  kind: 'watchpoint';
  task: Task;
  watchpoint: number;
  /** ACCESS.read or ACCESS.write. */
  access: number;
  /** First byte of the part, and its bytes before and after. */
  addr: VirtAddr;
  before: Uint8Array;
  after: Uint8Array;
}

/** What an argument or result of a function of the kernel can be; null is void or NULL. */
export type CallValue = number | string | Task | Mm | null;
export type CallArgs = { readonly [name: string]: CallValue };

/**
 * Hears of the kernel's own functions, by the names that Linux has for them, while they run: its state can be looked at. A task
 * that sleeps inside stays there, and other tasks' calls come in between; a call that ends by an error deep inside leaves no more
 * than the outermost one.
 */
export interface CallSink {
  enter(task: Task, name: string, args: CallArgs): void;
  leave(task: Task, name: string, result: CallValue): void;
}

/** A call with nothing inside it that is told. */
export function tellCall(sink: CallSink, task: Task, name: string, args: CallArgs, result: CallValue = null): void {
  sink.enter(task, name, args);
  sink.leave(task, name, result);
}

export interface TraceSink {
  event(event: KernelEvent): void;
}
