import {
  type History,
  type HistoryOptions,
  type Recording,
  RecordingError,
  readRecording,
  startReplay,
} from '../../debugger/history/index.ts';
import { createMemoryConsole, type MachineConsole } from '../../emulator/machine/console.ts';
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
  const console = createMemoryConsole(new Uint8Array(0), (fd, bytes) => writeAll(fd, bytes));
  const { recording, history } = openRecording(path, console, { maxBytes: 0 });
  try {
    const { machine } = history;
    const reason = history.advance();
    if (!recording.end) throw new CliError(`replay: ${path}: cut short: it ends at t=${machine.t}`);
    if (reason === 'unknown' && recording.end.status !== null) {
      throw new CliError(`replay: ${path}: ${history.unknown} (t=${machine.t})`);
    }
    const same = machine.t === recording.end.t && machine.hash() === recording.end.hash;
    if (!same) throw new CliError(`replay: ${path}: came to another end than the recorded one, at t=${machine.t}`);
    return recording.end.status === null ? 0 : exitStatus(recording.end.status);
  } finally {
    history.close();
    history.machine.close();
  }
}

/** Throws CliError for what is no recording of this forkscope. */
export function openRecording(
  path: string,
  console: MachineConsole,
  options: HistoryOptions,
): { recording: Recording; history: History } {
  try {
    const recording = readRecording(path);
    return { recording, history: startReplay(recording, console, options) };
  } catch (error) {
    if (error instanceof RecordingError) throw new CliError(`${path}: ${error.message}`);
    if (error instanceof Error && 'code' in error) throw new CliError(hostMessage(error));
    throw error;
  }
}
