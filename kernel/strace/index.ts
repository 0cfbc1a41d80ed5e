import { SIGKILL, signalName } from '../abi/signal.ts';
import { archOf } from '../arch/index.ts';
import { getRegHigh, getRegLow } from '../ptregs.ts';
import type { Kernel } from '../state.ts';
import type { SyscallRow } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import type { KernelEvent, TraceSink } from '../trace.ts';
import type { Call, StraceMemory } from './call.ts';
import { createLines } from './lines.ts';
import { userMemory } from './memory.ts';
import { beginCall, earlyText, lateText, type Pending } from './pending.ts';
import { resultText } from './result.ts';
import { siginfoText } from './signals.ts';
import { SPECIALS } from './special.ts';

export interface StraceOptions {
  /** Bytes of a string that are shown: strace -s. */
  readonly stringLimit?: number;
  /** Column of the equals sign: strace -a. */
  readonly column?: number;
  /** How guest memory is read; by default without changing anything. */
  readonly memoryOf?: (task: Task) => StraceMemory;
}

export interface StraceFormatter extends TraceSink {
  /** Give out what is left of a call that has not ended, at the end of a trace. */
  finish(): void;
}

/** strace -f's text of what happens, in strace 6.1's words: `line` gets whole lines without their end. */
export function createStraceFormatter(
  k: Kernel,
  line: (text: string) => void,
  { stringLimit = 32, column = 40, memoryOf = (task) => userMemory(k, task) }: StraceOptions = {},
): StraceFormatter {
  const lines = createLines(line, column);
  const pending = new Map<number, Pending>();

  const enter = (task: Task, row: SyscallRow, args: readonly number[]): void => {
    const isa = task.inSyscall?.isa ?? task.isa;
    const kinds = row.args.map(([, kind]) => kind);
    const memory = memoryOf(task);
    const base = { isa, name: row.name, kinds, args, memory, maxString: stringLimit };
    const begun = beginCall({ ...base, result: null, blocked: task.blocked }, row);
    pending.set(task.pid, begun);
    lines.begin(task, `${row.name}(${earlyText(begun)}`);
  };

  /** The call never comes back: no result, and nothing of what it would have filled. */
  const abandon = (task: Task): void => {
    const begun = pending.get(task.pid);
    pending.delete(task.pid);
    if (begun) lines.end(task, begun.row.name, begun.late.size > 0 ? ' <unfinished ...>' : '', '?');
  };

  const leave = (task: Task, row: SyscallRow, result: number | null): void => {
    const begun = pending.get(task.pid);
    if (!begun) return;
    if (killedBeforeReturn(task)) {
      abandon(task);
      return;
    }
    pending.delete(task.pid);
    const call: Call = { ...begun.call, blocked: task.blocked, result: result ?? returned(k, task, row) };
    lines.end(task, row.name, lateText(begun, call), resultText(call, row.ret, SPECIALS.get(row.name)));
  };

  const die = (task: Task, text: string): void => {
    abandon(task);
    lines.whole(task, `+++ ${text} +++`);
    lines.detach(task.pid);
  };

  /** The thread goes on under the leader's number. */
  const supersede = (task: Task, oldPid: number): void => {
    lines.detach(oldPid);
    lines.whole(task, `+++ superseded by execve in pid ${oldPid} +++`);
    const begun = pending.get(oldPid);
    pending.delete(oldPid);
    if (begun) pending.set(task.pid, begun);
  };

  const event = (e: KernelEvent): void => {
    if (e.kind === 'fork' || e.kind === 'vfork-wait' || e.kind === 'vfork-done') return;
    lines.attach(e.task);
    if (e.kind === 'syscall-enter') enter(e.task, e.row, e.args);
    else if (e.kind === 'syscall-exit') leave(e.task, e.row, e.result);
    else if (e.kind === 'signal') lines.whole(e.task, `--- ${signalName(e.info.signo)} ${siginfoText(e.info)} ---`);
    else if (e.kind === 'stopped') lines.whole(e.task, `--- stopped by ${signalName(e.signal)} ---`);
    else if (e.kind === 'exiting') abandon(e.task);
    else if (e.kind === 'thread-exec') supersede(e.task, e.oldPid);
    else if (e.kind === 'exit') die(e.task, `exited with ${e.code}`);
    else if (e.kind === 'killed') die(e.task, `killed by ${signalName(e.signal)}${e.core ? ' (core dumped)' : ''}`);
  };

  return { event, finish: () => lines.cut(' <detached ...>') };
}

/** A tracer hears of no end of a call when SIGKILL, or another thread's exit_group or execve, has come before it. */
function killedBeforeReturn({ pid, signal }: Task): boolean {
  if (signal.groupExecTask !== 0 && signal.groupExecTask !== pid) return true;
  const signo = signal.groupExitCode & 0x7f;
  return signal.groupExit && (signo === 0 || signo === SIGKILL);
}

/** What a call returned that has set the registers itself; null for one that does not return. */
function returned(k: Kernel, task: Task, row: SyscallRow): number | null {
  const noResult = SPECIALS.get(row.name)?.noResult;
  if (noResult === 'zero') return 0;
  if (noResult !== 'register') return null;
  const { ptRegs, wordBytes } = archOf(task.isa);
  const low = getRegLow(k, task, ptRegs.ret);
  return wordBytes === 4 ? low | 0 : (getRegHigh(k, task, ptRegs.ret) | 0) * 2 ** 32 + low;
}
