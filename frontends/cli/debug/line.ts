import { createInterface, type Interface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { TerminalFollower } from '../../../emulator/machine/terminal.ts';
import { CliError, STATUS } from '../errors.ts';
import type { Answers } from './answers.ts';
import { complete } from './complete.ts';
import type { Debugger } from './debugger.ts';
import { showStop } from './show.ts';

const PROMPT = '(forkscope) ';

export interface LineOptions {
  readonly create: (breathe: () => Promise<boolean>) => Debugger;
  readonly answers: Answers;
  /** Done first. */
  readonly first: readonly string[];
  /** In place of standard input. */
  readonly script: readonly string[] | null;
  /** Does for the guest's terminal what the guest wants of it, while it runs. */
  readonly terminal: TerminalFollower;
}

/** Text for people on standard output. */
export function textAnswers(write: (text: string) => void, output: Answers['output']): Answers {
  return {
    write,
    echo: (line) => write(`${PROMPT}${line}\n`),
    done: () => {},
    failed: (_line, { message, hint }) => write(`${message}\n${hint === '' ? '' : `${hint}\n`}`),
    output,
  };
}

/**
 * Read commands until there are no more or one says quit; resolves to the exit status. Ctrl-C stops what runs; a second one, with no
 * command typed in between, leaves with 130.
 */
export async function runDebugger(options: LineOptions): Promise<number> {
  const line = new Line(options);
  process.on('SIGINT', line.onInterrupt);
  try {
    return await line.run();
  } finally {
    process.off('SIGINT', line.onInterrupt);
    options.terminal.restore();
  }
}

class Line {
  private readonly options: LineOptions;
  private readonly debug: Debugger;
  private reader: Interface | null = null;
  private interrupts = 0;
  /** A Ctrl-C that nothing has heeded yet. */
  private isWanted = false;
  private hasFailed = false;
  private isRunning = false;

  constructor(options: LineOptions) {
    this.options = options;
    this.debug = options.create(() => this.breathe());
  }

  readonly onInterrupt = (): void => {
    this.interrupts++;
    this.isWanted = true;
    if (this.interrupts > 1) {
      this.debug.hasQuit = true;
      this.debug.exitStatus = STATUS.interrupted;
      this.reader?.close();
    } else if (this.reader?.terminal && !this.isRunning) {
      this.isWanted = false;
      this.reader.write(null, { ctrl: true, name: 'u' });
      this.debug.write('\nCtrl-C once more leaves, as "quit" does.\n');
      this.reader.prompt();
    }
  };

  async run(): Promise<number> {
    const { debug, options } = this;
    await showStop(debug, { kind: 'there' });
    for (const line of [...options.first, ...(options.script ?? [])]) {
      if (debug.hasQuit) break;
      await this.execute(line);
    }
    const isTerminal = options.script === null && process.stdin.isTTY === true;
    if (options.script === null && !debug.hasQuit) await this.readLines(isTerminal);
    return debug.exitStatus ?? (this.hasFailed && !isTerminal ? STATUS.mismatch : 0);
  }

  /** The event loop's turn while the guest runs. */
  private async breathe(): Promise<boolean> {
    this.options.terminal.sync();
    await setImmediate();
    const goOn = !this.isWanted;
    this.isWanted = false;
    return goOn;
  }

  /** An error is a line, and the session goes on. */
  private async execute(line: string, isTyped = false): Promise<void> {
    const { answers } = this.options;
    if (!isTyped) answers.echo(line);
    this.isRunning = true;
    this.isWanted = false;
    try {
      await this.debug.execute(line);
      answers.done(line);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.hasFailed = true;
      answers.failed(line, error);
    } finally {
      this.isRunning = false;
      this.options.terminal.restore();
    }
  }

  private async readLines(isTerminal: boolean): Promise<void> {
    const { debug } = this;
    const reader = createInterface({
      input: process.stdin,
      ...(isTerminal ? { output: process.stdout, completer: (line: string) => complete(debug, line) } : {}),
      prompt: PROMPT,
      historySize: 1000,
      removeHistoryDuplicates: true,
    });
    this.reader = reader;
    reader.on('SIGINT', this.onInterrupt);
    if (isTerminal) reader.prompt();
    try {
      for await (const line of reader) {
        this.interrupts = 0;
        // While a command runs the terminal is the guest's, in its usual mode: Ctrl-C is a signal.
        if (isTerminal) handOver(reader, true);
        await this.execute(line, isTerminal);
        if (debug.hasQuit) return;
        if (isTerminal) {
          handOver(reader, false);
          reader.prompt();
        }
      }
      if (isTerminal && debug.exitStatus === null) debug.write('quit\n');
    } finally {
      reader.close();
      this.reader = null;
    }
  }
}

function handOver(reader: Interface, toGuest: boolean): void {
  if (toGuest) reader.pause();
  process.stdin.setRawMode(!toGuest);
  if (!toGuest) reader.resume();
}
