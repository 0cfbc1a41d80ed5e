import { readFileSync } from 'node:fs';
import { loadDisassembler } from '../../asm/index.ts';
import { startRecorded } from '../../debugger/history/index.ts';
import { Session } from '../../debugger/session/index.ts';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { writeAll } from '../../emulator/machine/write-all.ts';
import { createPaint, wantsColor } from './color.ts';
import { collect, parse, sizeBytes, takesProgram, verbCommand } from './command.ts';
import { Debugger } from './debug/debugger.ts';
import { runDebugger } from './debug/line.ts';
import { addGuestOptions, type GuestOptions, machineOptions, stackOption } from './guest-options.ts';
import { startMachine } from './guest-run.ts';

interface DebugOptions extends GuestOptions {
  command?: string[];
  ex?: string[];
  stdin?: string;
  historyMem?: number;
  color: string;
}

/** `forkscope debug`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addGuestOptions(
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
    ),
  )
    .addOption(stackOption())
    .option('-x, --command <FILE>', 'do the commands in FILE and leave (again for more)', collect)
    .option('--ex <COMMAND>', 'do COMMAND first (again for more)', collect)
    .option('--stdin <FILE>', "the guest's standard input; it has none otherwise")
    .option('--history-mem <SIZE>', 'bound for what the history keeps (default 512M)', sizeBytes('--history-mem'))
    .option('--color <WHEN>', 'auto, always or never', 'auto');
  if (!parse(command, gdbLetters(args))) return 0;
  const options = command.opts<DebugOptions>();
  const [program = '', ...rest] = command.args;
  const input = options.stdin === undefined ? new Uint8Array(0) : readFileSync(options.stdin);
  const scripts = (options.command ?? []).map((path) => readFileSync(path, 'utf8'));
  const write = (text: string): void => writeAll(1, Buffer.from(text));
  const console = createMemoryConsole(input, (fd, bytes) => writeAll(fd, bytes));
  const disassembler = await loadDisassembler();
  const history = startMachine(program, () =>
    startRecorded(
      { ...machineOptions(program, rest, options), console },
      options.historyMem === undefined ? {} : { maxBytes: options.historyMem },
    ),
  );
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

/** gdb's own spelling of --ex. */
function gdbLetters(args: readonly string[]): string[] {
  return args.map((arg) => (arg === '-ex' ? '--ex' : arg));
}
