import type { SourceLine } from '../../../debugger/lines.ts';
import {
  type Direction,
  pcOf,
  type Session,
  Sources,
  type StackFrame,
  type Stop,
} from '../../../debugger/session/index.ts';
import type { Register } from '../../../emulator/engine/index.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { Task } from '../../../kernel/task.ts';
import type { Paint } from '../color.ts';
import { CliError } from '../errors.ts';
import type { DebugCommand } from './command.ts';
import { infoCommands } from './commands/info.ts';
import { lineCommands } from './commands/lines.ts';
import { lookCommands } from './commands/look.ts';
import { pointCommands } from './commands/points.ts';
import { runCommands } from './commands/run.ts';
import { searchCommands } from './commands/search.ts';
import { stateCommands } from './commands/state.ts';
import { typeCommands } from './commands/types.ts';
import { evaluate } from './expression.ts';
import type { Letter } from './format.ts';
import { scopeOf, userAddress } from './scope.ts';
import { showStop } from './show.ts';
import type { Value } from './value.ts';
import { Variables } from './variables.ts';

export interface DebuggerOptions {
  readonly session: Session;
  readonly paint: Paint;
  readonly write: Write;
  /** See debugger/session: false interrupts. */
  readonly breathe: () => Promise<boolean>;
  /** Absent where recordings are neither written nor read. */
  readonly recordings?: Recordings;
  /** In place of text about each stop. */
  readonly onStop?: (stop: Stop) => Promise<void>;
}

/** What is said: text for people, and the same for tools where it is more than text (docs/debug-json.md). */
export type Write = (text: string, data?: Data) => void;
export type Data = { readonly kind: string } & { readonly [name: string]: unknown };

export interface Recordings {
  /** Keep the branch, to its end, in a file. Throws CliError. */
  save(path: string): void;
  /** A session on what is recorded there, in place of the one before, which is closed. Throws CliError. */
  open(path: string): Session;
}

/** What is shown again at every stop. */
export interface Display {
  readonly id: number;
  readonly command: string;
}

export const COMMANDS: readonly DebugCommand[] = [
  ...runCommands,
  ...lineCommands,
  ...pointCommands,
  ...lookCommands,
  ...typeCommands,
  ...infoCommands,
  ...searchCommands,
  ...stateCommands,
];

/** The line debugger without its line: takes commands, writes text. */
export class Debugger {
  session: Session;
  readonly paint: Paint;
  readonly write: Write;
  readonly breathe: () => Promise<boolean>;
  readonly onStop: DebuggerOptions['onStop'];
  readonly displays: Display[] = [];
  /** Registers of each process at its last stop, by pid: what is different is marked. */
  readonly seen = new Map<number, Map<string, bigint>>();
  readonly variables = new Variables();
  readonly recordings: Recordings | null;
  hasQuit = false;
  /** What `quit` was given. */
  exitStatus: number | null = null;
  /** How `x` goes on where it is not told. */
  readonly examine: { address: bigint; letter: Letter | 'i' | 's'; lenBytes: number } = {
    address: 0n,
    letter: 'x',
    lenBytes: 4,
  };
  /** The selected frame, counted from the innermost; each stop selects that one. */
  frame = 0;
  /** What `list` has shown last: its first line and its last one. */
  listed: (Pick<SourceLine, 'file' | 'line'> & { readonly from: number }) | null = null;
  readonly sources = new Sources();
  /** gdb: set breakpoint pending. */
  pendingBreakpoints = false;
  private last: string | null = null;

  constructor({ session, paint, write, breathe, recordings, onStop }: DebuggerOptions) {
    this.session = session;
    this.paint = paint;
    this.write = write;
    this.breathe = breathe;
    this.onStop = onStop;
    this.recordings = recordings ?? null;
    this.use(session);
  }

  /** Go on with another session. */
  use(session: Session): void {
    this.session = session;
    this.seen.clear();
    // gdb: a condition that cannot be tested stops, and the stop says why.
    session.holds = (condition, task) => {
      try {
        return this.evaluate(condition, task) !== 0n;
      } catch (error) {
        if (error instanceof CliError) return true;
        throw error;
      }
    };
  }

  /** Do one line. Throws CliError for what cannot be done; the session goes on. */
  async execute(line: string): Promise<void> {
    const text = line.trim() === '' ? (this.last ?? '') : line.trim();
    if (text === '' || text.startsWith('#')) return;
    const match = /^([a-z_-]+|[a-z]+(?=\/))(.*)$/is.exec(text);
    const command = findCommand(match?.[1] ?? text);
    this.last = command.repeats ? text : null;
    await command.run(this, (match?.[2] ?? '').trim());
  }

  /** The process that commands are about. Throws CliError when there is none. */
  task(): Task {
    const { task } = this.session;
    if (!task?.mm)
      throw new CliError('The program is not being run.', {
        hint: 'Every process has ended; "goto 0" or "rc" goes back.',
      });
    return task;
  }

  /** An expression's value for a task, or where there is none any more. Throws CliError. */
  evaluate(text: string, task: Task | null = this.session.task): bigint {
    return evaluate(text, scopeOf(this, task)).value;
  }

  /** Throws CliError for what is no expression, or names what is not there; memory is not looked at. */
  check(text: string): void {
    evaluate(text, { ...scopeOf(this, this.session.task), read: () => 1n });
  }

  /** Why a condition has no value here, or null. */
  conditionError(condition: string, task: Task): string | null {
    try {
      this.evaluate(condition, task);
      return null;
    } catch (error) {
      if (error instanceof CliError) return error.message;
      throw error;
    }
  }

  /** The same with its type; an assignment in it is done. */
  value(text: string): Value {
    return evaluate(text, scopeOf(this, this.session.task, true));
  }

  /** The frame that names are looked up in. */
  frameOf(task: Task): number {
    return task === this.session.task ? this.frame : 0;
  }

  selectedFrame(): StackFrame | undefined {
    return this.session.frames(this.task(), this.frame + 1)[this.frame];
  }

  /** What a register was in the selected frame, where that is known; null in the innermost. */
  frameValue(task: Task, { place, offset }: Register): bigint | null {
    if (this.frame === 0 || place !== 'pt_regs' || task !== this.session.task) return null;
    const { ptRegs, wordBytes } = archOf(task.isa);
    return this.selectedFrame()?.registers.get(ptRegs.names[offset / wordBytes] ?? '') ?? null;
  }

  /** An address: `*EXPRESSION`, a symbol, `symbol+4`, or a number. */
  address(text: string): number {
    const task = this.task();
    const value = this.evaluate(text.startsWith('*') ? text.slice(1) : text, task);
    return userAddress(BigInt.asUintN(archOf(task.isa).wordBytes * 8, value));
  }

  /** `start`, `end`, or a number. Throws CliError. */
  instant(text: string): number {
    const { end } = this.session.history;
    const t = text === 'end' ? end : text === 'start' ? 0 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(t)) {
      throw new CliError(`${text}: not an instant`, { hint: 'An instant is a number, "start" or "end".' });
    }
    return t;
  }

  /** What the session refuses by a RangeError is an error of the user. */
  attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof RangeError) throw new CliError(error.message);
      throw error;
    }
  }

  /** Run, and show where it ended. */
  async go(run: (direction: Direction) => Promise<Stop | null>, direction: Direction): Promise<void> {
    this.frame = 0;
    const stop = await run(direction);
    if (stop === null)
      throw new CliError('no return address is known for this function', {
        hint: '"until ADDRESS" or "b *ADDRESS" stops there.',
      });
    await showStop(this, stop);
  }

  pc(): number {
    return pcOf(this.session.kernel, this.task());
  }
}

/** By its name, one of its short names, or a beginning that only it has. Throws CliError. */
export function findCommand(name: string): DebugCommand {
  const exact = COMMANDS.find(({ names }) => names.includes(name));
  if (exact) return exact;
  const [only, ...others] = COMMANDS.filter(({ names }) => names[0]?.startsWith(name));
  if (only && others.length === 0) return only;
  if (only) {
    throw new CliError(`Ambiguous command "${name}": ${[only, ...others].map(({ names }) => names[0]).join(', ')}.`);
  }
  throw new CliError(`Undefined command: "${name}".`, { hint: 'Try "help".' });
}
