import { type History, RecordingWriter, recordedOptions, startRecorded } from '../../debugger/history/index.ts';
import { parse, takesProgram, verbCommand } from './command.ts';
import { CliError, hostMessage } from './errors.ts';
import { addGuestOptions, type GuestOptions, realTimeOption, stackOption } from './guest-options.ts';
import { runGuest, type Watch } from './guest-run.ts';
import { createTextOutput } from './output.ts';

interface RecordOptions extends GuestOptions {
  output: string;
}

/** `forkscope record`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addGuestOptions(
    takesProgram(
      verbCommand(
        'record',
        'Run a program, and keep all that comes to it from outside in a file that can be replayed.',
        [
          ['record -o run.fsr ./a.out', 'run it, as "run" does'],
          ['replay run.fsr', 'once more, anywhere, without its files'],
          ['debug --replay run.fsr', 'step through it'],
        ],
      ),
    ),
  )
    .addOption(stackOption())
    .addOption(realTimeOption())
    .requiredOption('-o, --output <FILE>', 'the recording');
  if (!parse(command, args)) return 0;
  const options = command.opts<RecordOptions>();
  const keeper = createKeeper(options.output);
  try {
    return await runGuest('record', command.args, options, createTextOutput(undefined, 2), keeper.watch);
  } finally {
    keeper.close();
  }
}

/** Writes the recording while the machine runs. */
function createKeeper(path: string): { readonly watch: Watch; close(): void } {
  let writer: RecordingWriter | null = null;
  let history: History | null = null;

  function guard<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      const why = hostMessage(error).replace(`${path}: `, '');
      throw new CliError(`record: ${path}: ${why}`, { hint: 'What has been written before can be replayed.' });
    }
  }

  function recorded(): History {
    if (!history) throw new Error('the machine has not been made');
    return history;
  }

  return {
    watch: {
      make(options) {
        const keep = guard(() => new RecordingWriter(path, recordedOptions(options)));
        writer = keep;
        history = startRecorded(options, { maxBytes: 0 }, (entry) => guard(() => keep.write(entry)));
        return history.machine;
      },
      advance: () => (untilT, sliceMs) => {
        const reason = recorded().advance({ untilT, sliceMs });
        // Only observers end a run by a hit, and only recordings end unknown.
        return reason === 'hit' || reason === 'unknown' ? 'slice' : reason;
      },
      outside: (kind) => {
        recorded().happen({ kind });
      },
      end: (machine) =>
        guard(() => {
          writer?.writeBeside(recorded().programs());
          writer?.end(machine.t, machine.status, machine.hash());
        }),
    },
    close: () => {
      history?.close();
      writer?.close();
    },
  };
}
