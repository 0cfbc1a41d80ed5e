import type { SourceLine } from '../../../debugger/lines.ts';
import { peek, wordNumber } from '../../../debugger/memory.ts';
import {
  type Direction,
  type FrameVariable,
  pcOf,
  registerNamed,
  registerValue,
  type Session,
  Sources,
  type StackFrame,
  type Stop,
  variableNumber,
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
import { stateCommands } from './commands/state.ts';
import { evaluate } from './expression.ts';
import { showStop } from './show.ts';

export interface DebuggerOptions {
  readonly session: Session;
  readonly paint: Paint;
  readonly write: (text: string) => void;
  /** See debugger/session: false interrupts. */
  readonly breathe: () => Promise<boolean>;
  /** In place of text about each stop. */
  readonly onStop?: (stop: Stop) => Promise<void>;
}

/** What is shown again at every stop. */
interface Display {
  readonly id: number;
  readonly command: string;
}

export const COMMANDS: readonly DebugCommand[] = [
  ...runCommands,
  ...lineCommands,
  ...pointCommands,
  ...lookCommands,
  ...infoCommands,
  ...stateCommands,
];

/** The line debugger without its line: takes commands, writes text. */
export class Debugger {
  readonly session: Session;
  readonly paint: Paint;
  readonly write: (text: string) => void;
  readonly breathe: () => Promise<boolean>;
  readonly onStop: DebuggerOptions['onStop'];
  readonly displays: Display[] = [];
  /** Registers of each process at its last stop, by pid: what is different is marked. */
  readonly seen = new Map<number, Map<string, bigint>>();
  hasQuit = false;
  /** Where `x` without an address goes on. */
  nextAddress = 0n;
  /** The selected frame, counted from the innermost; each stop selects that one. */
  frame = 0;
  /** What `list` has shown last: its first line and its last one. */
  listed: (Pick<SourceLine, 'file' | 'line'> & { readonly from: number }) | null = null;
  readonly sources = new Sources();
  private last: string | null = null;

  constructor({ session, paint, write, breathe, onStop }: DebuggerOptions) {
    this.session = session;
    this.paint = paint;
    this.write = write;
    this.breathe = breathe;
    this.onStop = onStop;
    session.holds = (condition, task) => this.holds(condition, task);
  }

  /** A condition that cannot be told stops, as in gdb. */
  private holds(condition: string, task: Task): boolean {
    try {
      return this.evaluate(condition, task) !== 0n;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.write(`Error in testing breakpoint condition: ${error.message}\n`);
      return true;
    }
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

  /** An expression's value for a task. Throws CliError. */
  evaluate(text: string, task: Task = this.task()): bigint {
    const { session } = this;
    const { kernel: k } = session;
    const addressOf = (name: string): bigint | null => {
      const found = task.mm ? session.code.symbols.find(task.mm, name) : null;
      return found ? BigInt(found.address) : null;
    };
    return evaluate(text, {
      register: (name) => {
        if (name === 't') return BigInt(session.history.t);
        if (name === 'pid') return BigInt(task.pid);
        const register = registerNamed(task, name);
        if (!register) return null;
        return this.frameValue(task, register) ?? registerValue(k, task, register);
      },
      symbol: (name) => {
        const variable = this.variable(name, task);
        if (variable?.missing) throw new CliError(`${name}: ${variable.missing}`);
        return (variable && variableNumber(variable)) ?? addressOf(name);
      },
      address: (name) => {
        const variable = this.variable(name, task);
        return variable?.address == null ? addressOf(name) : BigInt(variable.address);
      },
      word: (addr) => {
        const { wordBytes } = archOf(task.isa);
        const bytes = task.mm && addr >= 0n ? peek(k, task.mm, Number(addr), wordBytes) : new Uint8Array(0);
        return bytes.length < wordBytes ? null : BigInt(wordNumber(bytes));
      },
    });
  }

  /** The variable of that name that the selected frame sees. */
  variable(name: string, task: Task = this.task()): FrameVariable | undefined {
    const frame = task === this.session.task ? this.frame : 0;
    return this.session.variables(task, frame).findLast((one) => one.name === name);
  }

  selectedFrame(): StackFrame | undefined {
    return this.session.frames(this.task(), this.frame + 1)[this.frame];
  }

  /** What a register was in the selected frame, where that is known; null in the innermost. */
  private frameValue(task: Task, { place, offset }: Register): bigint | null {
    if (this.frame === 0 || place !== 'pt_regs' || task !== this.session.task) return null;
    const { ptRegs, wordBytes } = archOf(task.isa);
    return this.selectedFrame()?.registers.get(ptRegs.names[offset / wordBytes] ?? '') ?? null;
  }

  /** An address: `*EXPRESSION`, a symbol, `symbol+4`, or a number. */
  address(text: string): number {
    const value = this.evaluate(text.startsWith('*') ? text.slice(1) : text);
    if (value < 0n || value >= 1n << 47n) throw new CliError(`Cannot access memory at address 0x${value.toString(16)}`);
    return Number(value);
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
