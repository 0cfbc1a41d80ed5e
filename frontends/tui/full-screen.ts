import { constants } from 'node:os';
import type { EventLog, Session } from '../../debugger/session/index.ts';
import type { TypedConsole } from '../../emulator/machine/typed-console.ts';
import { errorText, STATUS } from '../cli/errors.ts';
import { App } from './app.ts';
import { type Input, InputParser } from './input.ts';
import { Terminal } from './terminal.ts';

/** A sequence of a key comes in one piece, or soon. */
const ESCAPE_MS = 40;
const ENDING = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export interface FullScreenOptions {
  readonly session: Session;
  readonly log: EventLog;
  readonly color: boolean;
  readonly commands: readonly string[];
  readonly guestInput: TypedConsole | null;
}

/**
 * The app on the terminal until the user leaves; resolves to the exit status. The terminal is as it was found then, and also when a
 * signal or an error ends the process.
 */
export async function runFullScreen(options: FullScreenOptions): Promise<number> {
  const { session, log, color, commands, guestInput } = options;
  const terminal = new Terminal(color);
  let leave: (status: number) => void = () => {};
  const left = new Promise<number>((resolve) => {
    leave = resolve;
  });
  const app = new App({
    ...{ session, log, guestInput, size: terminal.size },
    draw: (screen) => terminal.show(screen),
    forget: () => terminal.forget(),
    quit: leave,
  });
  const fail = (error: unknown): void => {
    terminal.leave();
    process.stderr.write(errorText(error));
    process.exit(STATUS.failure);
  };
  const does = (work: Promise<void>): void => void work.catch(fail);
  const restore = (): void => terminal.leave();
  const suspend = (): void => stopProcess(terminal, app, suspend);
  const handlers = {
    ...Object.fromEntries(ENDING.map((name) => [name, () => leave(128 + constants.signals[name])])),
    SIGINT: () => app.interrupt(),
    SIGTSTP: suspend,
    SIGCONT: () => comeBack(terminal, app),
    uncaughtException: fail,
    exit: restore,
  };
  for (const [name, handler] of Object.entries(handlers)) process.on(name, handler);
  const resize = (): void => does(app.resize(terminal.size));
  process.stdout.on('resize', resize);
  terminal.enter();
  const stopReading = readKeys(
    (input) => {
      if (input.kind === 'key' && input.key === 'ctrl-z') suspend();
      else does(app.press(input));
    },
    () => leave(128 + constants.signals.SIGHUP),
  );
  try {
    does(app.start(commands));
    return await left;
  } finally {
    stopReading();
    process.stdout.off('resize', resize);
    terminal.leave();
    for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
    await app.abandon();
  }
}

/** Hand on what the terminal sends. Returns what ends that. */
function readKeys(take: (input: Input) => void, ended: () => void): () => void {
  const parser = new InputParser();
  let timer: NodeJS.Timeout | undefined;
  const hear = (bytes: Buffer): void => {
    clearTimeout(timer);
    for (const input of parser.parse(bytes.toString('utf8'))) take(input);
    if (parser.isPending) {
      timer = setTimeout(() => {
        for (const input of parser.flush()) take(input);
      }, ESCAPE_MS);
    }
  };
  process.stdin.on('data', hear);
  process.stdin.on('end', ended);
  return () => {
    clearTimeout(timer);
    process.stdin.off('data', hear);
    process.stdin.off('end', ended);
    process.stdin.pause();
  };
}

/** Ctrl-Z: what a shell expects of it. Where nobody would wake us, the kernel ignores SIGTSTP and we go on. */
function stopProcess(terminal: Terminal, app: App, handler: () => void): void {
  terminal.leave();
  process.off('SIGTSTP', handler);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', handler);
  comeBack(terminal, app);
}

function comeBack(terminal: Terminal, app: App): void {
  terminal.enter();
  app.redraw();
}
