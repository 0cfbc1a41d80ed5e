import {
  EventLog,
  firstWriter,
  instantDifference,
  type LoggedEvent,
  lastWriters,
  registerNamed,
  type Session,
  spOf,
  toRegisterChange,
  type UserRange,
  type Writer,
  wordWriter,
} from '../../../../debugger/session/index.ts';
import { signalName } from '../../../../kernel/abi/signal.ts';
import { archOf } from '../../../../kernel/arch/index.ts';
import { CliError } from '../../errors.ts';
import { announceProgram, createTraceSink } from '../../strace-watch.ts';
import type { DebugCommand } from '../command.ts';
import type { Debugger } from '../debugger.ts';
import { showStop } from '../show.ts';
import { withSize } from './points.ts';
import { count } from './run.ts';

const MAX_WORDS = 200;
const SHOWN_EVENTS = 20;

/** `ADDRESS [BYTES]`, the top of the stack without one. */
function rangeOf(debug: Debugger, args: string): UserRange {
  const task = debug.task();
  const { text, size } = withSize(args);
  const start = text === '' ? spOf(debug.session.kernel, task) : debug.address(text);
  const lenBytes = size === undefined ? archOf(task.isa).wordBytes : Math.min(Math.max(1, Number(size)), 4096);
  return { space: task.mm?.space ?? -1, start, lenBytes };
}

/** Stand in front of the instruction that stored. */
async function toWriter(debug: Debugger, range: UserRange, writer: Writer | null): Promise<void> {
  if (!writer) {
    throw new CliError(`0x${range.start.toString(16)}: no store before t=${debug.session.history.t}`, {
      hint: 'It was there when the program started, or came by a fork.',
    });
  }
  await showStop(debug, debug.session.goto(writer.at));
}

async function firstWrite(debug: Debugger, args: string): Promise<void> {
  const range = rangeOf(debug, args);
  await toWriter(debug, range, await firstWriter(debug.session.history, range, debug.breathe));
}

async function lastWrite(debug: Debugger, args: string): Promise<void> {
  const range = rangeOf(debug, args);
  const writers = await lastWriters(debug.session.history, range, Number.POSITIVE_INFINITY, debug.breathe);
  await toWriter(debug, range, wordWriter(writers, 0, range.lenBytes).writer);
}

/** `last-change REGISTER [PID]` */
async function lastChange(debug: Debugger, args: string): Promise<void> {
  const [name = '', wanted] = args.replace(/^\$/, '').split(/\s+/);
  const { session } = debug;
  const task = wanted === undefined ? debug.task() : session.kernel.state.tasks.get(Number(wanted));
  if (!task?.mm) throw new CliError(`No process ${wanted}.`, { hint: '"info proc" lists them.' });
  const register = registerNamed(task, name);
  if (!register) throw new CliError(`Invalid register \`${name}'`);
  try {
    const what = { pid: task.pid, register, direction: 'back' } as const;
    await showStop(debug, await toRegisterChange(session.history, what, debug.breathe));
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(error.message);
    throw error;
  }
}

/** `diff T1 T2`, `diff T` to here. */
function diff(debug: Debugger, args: string): void {
  const { session } = debug;
  const instants = args.split(/[\s,]+/).filter((text) => text !== '');
  const [from, to = session.history.t] = instants.map((text) => debug.instant(text));
  if (from === undefined || instants.length > 2)
    throw new CliError('diff of which instants?', { hint: 'Write "diff 100 200".' });
  const found = debug.attempt(() => instantDifference(session, from, to, MAX_WORDS));
  for (const pid of found.gone) debug.write(`process ${pid} is gone\n`);
  for (const pid of found.come) debug.write(`process ${pid} is there now\n`);
  for (const { pid, registers } of found.processes) {
    for (const { name, before, after } of registers) {
      debug.write(`${pid}  ${name.padEnd(8)} 0x${before} -> 0x${after}\n`, {
        ...{ kind: 'register-change', pid, name, before: `0x${before}`, after: `0x${after}` },
      });
    }
  }
  for (const { mm, words, more } of found.spaces) {
    debug.write(`address space ${mm}:\n`);
    for (const { address, before, after } of words) {
      debug.write(`  0x${address.toString(16)}: ${before ?? 'no page'} -> ${after ?? 'no page'}\n`, {
        ...{ kind: 'word-change', mm, address: `0x${address.toString(16)}`, before, after },
      });
    }
    if (more > 0) debug.write(`  and ${more} words more\n`);
  }
  if (found.processes.length + found.spaces.length + found.gone.length + found.come.length === 0) {
    debug.write('No register and no memory differs.\n');
  }
}

const logs = new WeakMap<Session, EventLog>();

/** All that the kernel has told on this branch. The first time that somebody asks, the machine goes through its history once for it. */
function logOf({ session }: Debugger): EventLog {
  const known = logs.get(session);
  if (known) return known;
  const { history } = session;
  const here = history.t;
  history.seek(0);
  const log = new EventLog(history, createTraceSink, announceProgram);
  logs.set(session, log);
  history.seek(history.end);
  history.seek(here);
  return log;
}

/** The events of a kind until now, the last of them. */
export function showEvents(debug: Debugger, args: string, wants: (event: LoggedEvent) => boolean): void {
  const wanted = args === '' ? SHOWN_EVENTS : count(args);
  const log = logOf(debug);
  const until = log.events.slice(0, log.countAt(debug.session.history.t));
  for (const event of until.filter(wants).slice(-wanted)) {
    const text = eventText(event);
    debug.write(`t=${event.from}  ${event.pid}  ${text}\n`, {
      ...{ kind: 'event', t: event.from, pid: event.pid, what: event.kind === 'text' ? 'syscall' : event.kind, text },
    });
  }
}

function eventText({ kind, text, child, how, signal, status }: LoggedEvent): string {
  switch (kind) {
    case 'text':
    case 'exec':
      return kind === 'exec' ? `exec ${text}` : (text ?? '');
    case 'fork':
      return `${how}: process ${child} begins`;
    case 'vfork-wait':
      return `sleeps until ${child} has let go of its memory`;
    case 'vfork-done':
      return `goes on: ${child} has let go of its memory`;
    case 'exit':
      return `exits with ${status}`;
    default:
      return `${kind} ${signalName(signal ?? 0)}`;
  }
}

/** Searching through time. */
export const searchCommands: readonly DebugCommand[] = [
  {
    names: ['first-write'],
    usage: '[ADDRESS] [BYTES]',
    help: 'to the first store there since the start of the program',
    example: 'first-write $esp',
    run: firstWrite,
  },
  {
    names: ['last-write'],
    usage: '[ADDRESS] [BYTES]',
    help: 'back to the last store there before now',
    example: 'last-write $esp',
    run: lastWrite,
  },
  {
    names: ['last-change'],
    usage: 'REGISTER [PID]',
    help: 'back to the instruction that changed a register last, of this process or of PID',
    example: 'last-change eax 1000',
    run: lastChange,
  },
  {
    names: ['events'],
    usage: '[COUNT]',
    help: 'the last things that happened before now: system calls, forks, signals, ends',
    example: 'events 50',
    run: (debug, args) => showEvents(debug, args, () => true),
  },
  {
    names: ['diff'],
    usage: 'T [T]',
    help: 'registers and words of memory that differ between two instants, or between one and now',
    example: 'diff 100 200',
    run: diff,
  },
];
