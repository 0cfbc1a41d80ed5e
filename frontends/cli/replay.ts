import {
  type History,
  JournalEnd,
  JournalMismatch,
  type Recording,
  RecordingError,
  readRecording,
  startReplay,
} from '../../debugger/history/index.ts';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { writeAll } from '../../emulator/machine/write-all.ts';
import { parse, verbCommand } from './command.ts';
import { CliError, hostMessage } from './errors.ts';
import { exitStatus } from './guest-run.ts';

/** `forkscope replay`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = verbCommand(
    'replay',
    'Run a recording again: the same output, the same instructions, the same end.',
    [
      ['replay run.fsr', 'what "record -o run.fsr" has written'],
      ['debug --replay run.fsr', 'step through it'],
    ],
  ).argument('<FILE>', 'a recording');
  if (!parse(command, args)) return 0;
  const [path = ''] = command.args;
  const recording = openRecording(path);
  const console = createMemoryConsole(new Uint8Array(0), (fd, bytes) => writeAll(fd, bytes));
  let history: History | null = null;
  try {
    history = startReplay(recording, console, { maxBytes: 0 });
    const { machine } = history;
    history.advance();
    if (!recording.end) throw new CliError(`replay: ${path}: cut short: it ends at t=${machine.t}`);
    const same = machine.t === recording.end.t && machine.hash() === recording.end.hash;
    if (!same) throw new CliError(`replay: ${path}: came to another end than the recorded one, at t=${machine.t}`);
    return recording.end.status === null ? 0 : exitStatus(recording.end.status);
  } catch (error) {
    if (error instanceof JournalEnd) throw new CliError(`replay: ${path}: cut short: ${error.message}`);
    if (error instanceof JournalMismatch) throw new CliError(`replay: ${path}: ${error.message}`);
    throw error;
  } finally {
    history?.close();
    history?.machine.close();
  }
}

/** Throws CliError for what is no recording of this forkscope. */
export function openRecording(path: string): Recording {
  try {
    return readRecording(path);
  } catch (error) {
    if (error instanceof RecordingError) throw new CliError(`${path}: ${error.message}`);
    if (error instanceof Error && 'code' in error) throw new CliError(hostMessage(error));
    throw error;
  }
}
