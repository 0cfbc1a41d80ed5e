import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadDisassembler } from '../../../asm/index.ts';
import { startRecorded, startReplay } from '../../../debugger/history/index.ts';
import { Session } from '../../../debugger/session/index.ts';
import { createMemoryConsole, type OutputTap } from '../../../emulator/machine/console.ts';
import { collect, sizeBytes, takesProgram } from '../command.ts';
import { CliError } from '../errors.ts';
import { addMachineOptions, type GuestOptions, machineOptions, stackOption } from '../guest-options.ts';
import { startMachine } from '../guest-run.ts';
import { openRecording } from '../replay.ts';

/** What every debugger takes. */
export interface SessionOptions extends GuestOptions {
  command?: string[];
  ex?: string[];
  stdin?: string;
  historyMem?: number;
  replay?: string;
  color: string;
}

export function addSessionOptions(command: Command): Command {
  return addMachineOptions(takesProgram(command, { optional: true }))
    .addOption(stackOption())
    .option('-x, --command <FILE>', 'do the commands in FILE (again for more); "debug" then leaves', collect)
    .option('--ex <COMMAND>', 'do COMMAND first (again for more)', collect)
    .option('--stdin <FILE>', "the guest's standard input; it has none otherwise")
    .option('--replay <FILE>', 'what "record" has written, in place of PROGRAM')
    .option('--history-mem <SIZE>', 'bound for what the history keeps (default 512M)', sizeBytes('--history-mem'))
    .option('--color <WHEN>', 'auto, always or never', 'auto');
}

/** A session on PROGRAM or on a recording, before the first instruction. `hear` gets what the guest writes. Throws CliError. */
export async function openSession(
  verb: string,
  [program = '', ...args]: readonly string[],
  options: SessionOptions,
  hear: OutputTap,
): Promise<Session> {
  if (program === '' && options.replay === undefined) {
    throw new CliError(`${verb}: which program?`, {
      hint: `forkscope ${verb} ./a.out, or forkscope ${verb} --replay FILE`,
    });
  }
  const input = options.stdin === undefined ? new Uint8Array(0) : readFileSync(options.stdin);
  const console = createMemoryConsole(input, hear);
  const disassembler = await loadDisassembler();
  const bound = options.historyMem === undefined ? {} : { maxBytes: options.historyMem };
  const history =
    options.replay === undefined
      ? startMachine(program, () => startRecorded({ ...machineOptions(program, args, options), console }, bound))
      : startReplay(openRecording(options.replay), console, bound);
  return new Session(history, disassembler);
}

/** The commands of the files given with -x. */
export function scriptOf({ command }: SessionOptions): string[] | null {
  return command === undefined ? null : command.flatMap((path) => readFileSync(path, 'utf8').split('\n'));
}
