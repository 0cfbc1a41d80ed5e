import { errnoName } from '../../kernel/abi/errno.ts';
import { archOf } from '../../kernel/arch/index.ts';
import { readU32, readU64 } from '../../kernel/bytes.ts';
import { copyFromUser } from '../../kernel/mm/uaccess.ts';
import { getReg } from '../../kernel/ptregs.ts';
import type { Kernel } from '../../kernel/state.ts';
import { createStraceFormatter, type StraceFormatter } from '../../kernel/strace/index.ts';
import { ARG_WIDTH, type SyscallRow } from '../../kernel/syscalls/row.ts';
import { SYSCALLS } from '../../kernel/syscalls/table.ts';
import type { KernelEvent, TraceSink } from '../../kernel/trace.ts';
import type { Watch } from './guest-run.ts';
import { hex } from './hex.ts';
import type { TextOutput } from './output.ts';
import type { SyscallFilter } from './strace-filter.ts';

export interface StraceSettings {
  readonly stringLimit?: number;
  readonly json?: boolean;
  readonly filter?: SyscallFilter;
}

/** System calls as text or JSON Lines into `output`, from the execve that started the program on. */
export function straceWatch(output: TextOutput, settings: StraceSettings): Watch {
  let finish = (): void => {};
  return {
    start({ kernel }) {
      const { stringLimit = 32, filter = () => true, json } = settings;
      const formatter = json
        ? createJsonFormatter(kernel, (text) => output.write(`${text}\n`), stringLimit)
        : createStraceFormatter(kernel, (text) => output.write(`${text}\n`), { stringLimit });
      const sink: TraceSink = { event: (event) => passes(event, filter) && formatter.event(event) };
      announceProgram(kernel, sink);
      finish = formatter.finish;
      kernel.trace = sink;
    },
    end: () => finish(),
  };
}

function passes(event: KernelEvent, filter: SyscallFilter): boolean {
  return !('row' in event) || filter(event.row.name);
}

/** The call that started the program was ours: its strings stand on the new stack, where the kernel has put them. */
export function announceProgram(k: Kernel, sink: TraceSink): void {
  const task = [...k.state.tasks.values()][0];
  const row = SYSCALLS.find(({ name }) => name === 'execve');
  if (!task?.mm || !row) return;
  const { mm } = task;
  const { wordBytes, ptRegs } = archOf(task.isa);
  const sp = getReg(k, task, ptRegs.sp);
  const word = (index: number): number =>
    (wordBytes === 4 ? readU32 : readU64)(copyFromUser(k, mm, sp + index * wordBytes, wordBytes), 0);
  const argv = sp + wordBytes;
  // A program in bFLT is given the addresses of both tables, and no auxiliary vector. Linux: create_flat_tables().
  const tables = mm.auxv.length === 0 ? [word(1), word(2)] : [argv, argv + (word(0) + 1) * wordBytes];
  // The path stands behind the environment.
  const args = [mm.envEnd, ...tables];
  sink.event({ kind: 'syscall-enter', task, row, args });
  sink.event({ kind: 'syscall-exit', task, row, args, result: 0 });
}

/**
 * strace's lines for a trace of instructions, each with its process: a call that sleeps is told at once, and the lines of
 * one process are never cut by another's.
 */
export function createTraceSink(k: Kernel, line: (pid: number, text: string) => void): TraceSink {
  const formatterOf = formatters(k, line, 32);
  return {
    event(event) {
      // Whoever starts a vfork child does not come back before the child has run.
      if (event.kind === 'fork' && event.how === 'vfork') formatterOf(event.parent.pid).finish();
      if (!('task' in event)) return;
      const formatter = formatterOf(event.task.pid);
      formatter.event(event);
      if (event.kind === 'syscall-sleep') formatter.finish();
    },
  };
}

const LEFT_OPEN = / <detached \.\.\.>$/;

/** A formatter a process. */
function formatters(
  k: Kernel,
  line: (pid: number, text: string) => void,
  stringLimit: number,
): (pid: number) => StraceFormatter {
  const known = new Map<number, StraceFormatter>();
  return (pid) => {
    let formatter = known.get(pid);
    if (!formatter) {
      const hear = (text: string): void => line(pid, text.replace(LEFT_OPEN, ' <unfinished ...>'));
      formatter = createStraceFormatter(k, hear, { stringLimit });
      known.set(pid, formatter);
    }
    return formatter;
  };
}

/** One object a line: strace's text, and what it is made of. A call is told when it ends. */
function createJsonFormatter(k: Kernel, line: (text: string) => void, stringLimit: number): StraceFormatter {
  line(JSON.stringify({ schema: 'forkscope-strace', version: 1 }));
  let current: KernelEvent | null = null;
  const formatterOf = formatters(
    k,
    (pid, text) => line(JSON.stringify({ t: k.state.t, pid, ...(current ? details(current) : {}), text })),
    stringLimit,
  );
  return {
    event(event) {
      current = event;
      if ('task' in event) formatterOf(event.task.pid).event(event);
      else line(JSON.stringify({ t: k.state.t, pid: event.parent.pid, ...details(event) }));
      current = null;
    },
    finish() {
      for (const pid of k.state.tasks.keys()) formatterOf(pid).finish();
    },
  };
}

function details(event: KernelEvent): object {
  switch (event.kind) {
    case 'syscall-exit':
      return {
        event: 'syscall',
        name: event.row.name,
        args: jsonArgs(event.row, event.args),
        ...jsonResult(event.result),
      };
    case 'fork':
      return { event: 'fork', how: event.how, child: event.child.pid };
    case 'vfork-wait':
    case 'vfork-done':
      return { event: event.kind, child: event.child.pid };
    case 'signal':
      return { event: 'signal', signal: event.info.signo };
    case 'exit':
      return { event: 'exit', status: event.code };
    case 'killed':
      return { event: 'killed', signal: event.signal, core: event.core };
    case 'stopped':
      return { event: 'stopped', signal: event.signal };
    default:
      return { event: event.kind };
  }
}

/** Values of the register's width as hexadecimal strings, C's int as numbers. */
function jsonArgs(row: SyscallRow, args: readonly number[]): Record<string, number | string> {
  return Object.fromEntries(
    row.args.map(([name, kind], at) => {
      const value = args[at] ?? 0;
      const width = ARG_WIDTH[kind];
      return [name, width === 's32' || width === 'u32' ? value : hex(value)];
    }),
  );
}

function jsonResult(result: number | null): object {
  if (result === null) return { result: null };
  const error = result < 0 && result >= -4095 ? errnoName(-result) : undefined;
  return error === undefined ? { result: hex(result) } : { result: -1, error };
}
