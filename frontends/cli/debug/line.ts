import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { CliError, errorText } from '../errors.ts';
import { COMMANDS, type Debugger } from './debugger.ts';
import { showStop } from './show.ts';

const PROMPT = '(forkscope) ';

export interface LineOptions {
  readonly create: (breathe: () => Promise<boolean>) => Debugger;
  /** Done first. */
  readonly first: readonly string[];
  /** In place of standard input. */
  readonly script: readonly string[] | null;
}

/** Read commands until there are no more or one says quit. Ctrl-C stops what runs. */
export async function runDebugger({ create, first, script }: LineOptions): Promise<void> {
  let interrupted = false;
  const onInterrupt = (): void => {
    interrupted = true;
  };
  const debug = create(async () => {
    await setImmediate();
    const goOn = !interrupted;
    interrupted = false;
    return goOn;
  });
  process.on('SIGINT', onInterrupt);
  try {
    await showStop(debug, { kind: 'there' });
    for (const line of [...first, ...(script ?? [])]) {
      if (debug.hasQuit) return;
      debug.write(`${PROMPT}${line}\n`);
      await attempt(debug, line);
    }
    if (script === null && !debug.hasQuit) await readLines(debug, onInterrupt);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** An error is a line, and the session goes on. */
async function attempt(debug: Debugger, line: string): Promise<void> {
  try {
    await debug.execute(line);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    debug.write(errorText(error).replace(/^forkscope: /, ''));
  }
}

async function readLines(debug: Debugger, onInterrupt: () => void): Promise<void> {
  const isTerminal = process.stdin.isTTY === true;
  const reader = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stdout, completer: complete } : {}),
    prompt: PROMPT,
    historySize: 1000,
  });
  reader.on('SIGINT', onInterrupt);
  if (isTerminal) reader.prompt();
  try {
    for await (const line of reader) {
      if (!isTerminal) debug.write(`${PROMPT}${line}\n`);
      await attempt(debug, line);
      if (debug.hasQuit) return;
      if (isTerminal) reader.prompt();
    }
    if (isTerminal) debug.write('quit\n');
  } finally {
    reader.close();
  }
}

/** Names of commands. */
function complete(line: string): [string[], string] {
  const names = COMMANDS.flatMap(({ names: [name = ''] }) => name).filter((name) => name.startsWith(line));
  return [names, line];
}
