import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadDisassembler } from '../../../asm/index.ts';
import { type HistoryOptions, recordedOptions, startRecorded } from '../../../debugger/history/index.ts';
import { Session } from '../../../debugger/session/index.ts';
import {
  createHostConsole,
  createMemoryConsole,
  type HostEnds,
  type MachineConsole,
  type OutputTap,
} from '../../../emulator/machine/console.ts';
import { followTerminal, type TerminalFollower } from '../../../emulator/machine/terminal.ts';
import type { TypedConsole } from '../../../emulator/machine/typed-console.ts';
import { collect, sizeBytes, takesProgram } from '../command.ts';
import { CliError } from '../errors.ts';
import { addMachineOptions, type GuestOptions, machineOptions, realTimeOption, stackOption } from '../guest-options.ts';
import { startMachine } from '../guest-run.ts';
import { openRecording } from '../replay.ts';
import type { Recordings } from './debugger.ts';
import { type Played, Playing } from './recordings.ts';

/** What every debugger takes. */
export interface SessionOptions extends GuestOptions {
  command?: string[];
  ex?: string[];
  stdin?: string;
  tty?: string;
  historyMem?: number;
  replay?: string;
  color: string;
}

export function addSessionOptions(command: Command): Command {
  return addMachineOptions(takesProgram(command, { optional: true }))
    .addOption(stackOption())
    .addOption(realTimeOption())
    .option('-x, --command <FILE>', 'do the commands in FILE (again for more); "debug" then leaves', collect)
    .option('--ex <COMMAND>', 'do COMMAND first (again for more)', collect)
    .option('--stdin <FILE>', "the guest's standard input, in place of ours")
    .option('--tty <DEVICE>', "the guest's terminal: what it reads and writes is there")
    .option('--replay <FILE>', 'what "record" has written, in place of PROGRAM')
    .option('--history-mem <SIZE>', 'bound for what the history keeps (default 512M)', sizeBytes('--history-mem'))
    .option('--color <WHEN>', 'auto, always or never', 'auto');
}

/** The guest's ends where the options leave them to us. */
export interface Streams {
  /** Gets what the guest writes. */
  readonly output: OutputTap;
  /** Whether our standard input is the guest's while it runs, as under gdb. */
  readonly hasInput: boolean;
  /** Where it is not: what the guest reads without --stdin and --tty; nothing, if absent. */
  readonly typed?: TypedConsole;
}

export interface Opened {
  readonly session: Session;
  readonly recordings: Recordings;
  /** The modes of the guest's terminal, for while it runs. */
  readonly terminal: TerminalFollower;
  /** Closes what is played then, which may be another recording by now. */
  close(): void;
}

/** A session on PROGRAM or on a recording, before the first instruction. Throws CliError. */
export async function openSession(
  verb: string,
  [program = '', ...args]: readonly string[],
  options: SessionOptions,
  streams: Streams,
): Promise<Opened> {
  if (program === '' && options.replay === undefined) {
    throw new CliError(`${verb}: which program?`, {
      hint: `forkscope ${verb} ./a.out, or forkscope ${verb} --replay FILE`,
    });
  }
  if (options.stdin !== undefined && options.tty !== undefined) {
    throw new CliError(`${verb}: --stdin and --tty: one of them`);
  }
  const guest = guestEnds(options, streams);
  const disassembler = await loadDisassembler();
  const bound = options.historyMem === undefined ? {} : { maxBytes: options.historyMem };
  const replay = (path: string): Played => replayed(path, guest.createConsole(), bound);
  const playing = new Playing(
    options.replay === undefined ? started(program, args, options, guest.createConsole()) : replay(options.replay),
    replay,
    (history) => new Session(history, disassembler),
  );
  return {
    session: playing.session,
    recordings: playing,
    terminal: followTerminal(playing.session.machine, guest.terminalFd),
    close() {
      playing.session.close();
      guest.close();
    },
  };
}

function started(program: string, args: readonly string[], options: SessionOptions, console: MachineConsole): Played {
  const made = { ...machineOptions(program, args, options), console };
  const bound = options.historyMem === undefined ? {} : { maxBytes: options.historyMem };
  return { history: startMachine(program, () => startRecorded(made, bound)), options: recordedOptions(made) };
}

function replayed(path: string, console: MachineConsole, bound: HistoryOptions): Played {
  const { recording, history } = openRecording(path, console, bound);
  return { history, options: recording.options };
}

interface GuestEnds {
  createConsole(): MachineConsole;
  /** -1 for none. */
  readonly terminalFd: number;
  close(): void;
}

function guestEnds({ stdin, tty }: SessionOptions, { output, hasInput, typed }: Streams): GuestEnds {
  if (stdin === undefined && tty === undefined && !hasInput) {
    const createConsole = () => typed ?? createMemoryConsole(new Uint8Array(0), output);
    return { createConsole, terminalFd: -1, close: () => {} };
  }
  const opened = tty !== undefined ? openSync(tty, 'r+') : stdin !== undefined ? openSync(stdin, 'r') : null;
  const input = opened ?? 0;
  const ends: HostEnds = tty === undefined ? { fds: [input, 1, 2], output } : { fds: [input, input, input] };
  return {
    createConsole: () => createHostConsole(undefined, ends),
    terminalFd: input,
    close: () => {
      if (opened !== null) closeSync(opened);
    },
  };
}

/** The commands of the files given with -x. */
export function scriptOf({ command }: SessionOptions): string[] | null {
  return command === undefined ? null : command.flatMap((path) => commandLines(readFileSync(path, 'utf8')));
}

/** The lines of a file of commands. */
export function commandLines(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
