import { readFileSync } from 'node:fs';
import { loadDisassembler } from '../../asm/index.ts';
import { startRecorded, startReplay } from '../../debugger/history/index.ts';
import { Session } from '../../debugger/session/index.ts';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { writeAll } from '../../emulator/machine/write-all.ts';
import { createPaint, wantsColor } from './color.ts';
import { collect, parse, sizeBytes, takesProgram, verbCommand } from './command.ts';
import { Debugger } from './debug/debugger.ts';
import { runDebugger } from './debug/line.ts';
import { CliError } from './errors.ts';
import { addMachineOptions, type GuestOptions, machineOptions, stackOption } from './guest-options.ts';
import { startMachine } from './guest-run.ts';
import { openRecording } from './replay.ts';

interface DebugOptions extends GuestOptions {
  command?: string[];
  ex?: string[];
  stdin?: string;
  historyMem?: number;
  replay?: string;
  color: string;
}

/** `forkscope debug`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addMachineOptions(
    takesProgram(
      verbCommand(
        'debug',
        "Step a program forwards and backwards, with gdb's verbs, both sides of a vfork in one history.",
        [
          ['debug ./a.out', 'at the first instruction; "help" lists the verbs'],
          ['debug --ex "b vfork" --ex c ./a.out', 'begin with these commands'],
          ['debug -x FILE ./a.out', 'do the commands of FILE, then leave'],
        ],
      ),
      { optional: true },
    ),
  )
    .addOption(stackOption())
    .option('-x, --command <FILE>', 'do the commands in FILE and leave (again for more)', collect)
    .option('--ex <COMMAND>', 'do COMMAND first (again for more)', collect)
    .option('--stdin <FILE>', "the guest's standard input; it has none otherwise")
    .option('--replay <FILE>', 'what "record" has written, in place of PROGRAM')
    .option('--history-mem <SIZE>', 'bound for what the history keeps (default 512M)', sizeBytes('--history-mem'))
    .option('--color <WHEN>', 'auto, always or never', 'auto');
  if (!parse(command, args)) return 0;
  const options = command.opts<DebugOptions>();
  const [program = '', ...rest] = command.args;
  if (program === '' && options.replay === undefined) {
    throw new CliError('debug: which program?', { hint: 'forkscope debug ./a.out, or forkscope debug --replay FILE' });
  }
  const input = options.stdin === undefined ? new Uint8Array(0) : readFileSync(options.stdin);
  const scripts = (options.command ?? []).map((path) => readFileSync(path, 'utf8'));
  const write = (text: string): void => writeAll(1, Buffer.from(text));
  const console = createMemoryConsole(input, (fd, bytes) => writeAll(fd, bytes));
  const disassembler = await loadDisassembler();
  const bound = options.historyMem === undefined ? {} : { maxBytes: options.historyMem };
  const history =
    options.replay === undefined
      ? startMachine(program, () => startRecorded({ ...machineOptions(program, rest, options), console }, bound))
      : startReplay(openRecording(options.replay), console, bound);
  const session = new Session(history, disassembler);
  try {
    const paint = createPaint(wantsColor(options.color, process.stdout.isTTY === true));
    await runDebugger({
      create: (breathe) => new Debugger({ session, paint, write, breathe }),
      first: options.ex ?? [],
      script: scripts.length === 0 ? null : scripts.join('\n').split('\n'),
    });
    return 0;
  } finally {
    session.close();
  }
}
