import { collect, parse, takesProgram, verbCommand, wholeNumber } from './command.ts';
import { addGuestOptions, type GuestOptions } from './guest-options.ts';
import { runGuest } from './guest-run.ts';
import { createTextOutput } from './output.ts';
import { parseFilter } from './strace-filter.ts';
import { straceWatch } from './strace-watch.ts';

interface StraceOptions extends GuestOptions {
  expr?: string[];
  stringLimit: number;
  output?: string;
  json?: boolean;
}

/** `forkscope strace`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addGuestOptions(
    takesProgram(
      verbCommand('strace', 'Run a program and print its system calls, signals and ends in the words of strace.', [
        ['strace ./a.out', 'on standard error'],
        ['strace -o calls ./a.out', 'into a file'],
        ['strace -e trace=vfork,execve,wait4 make', 'only these calls'],
        ['strace --json -o calls.json ./a.out', 'as JSON Lines'],
      ]),
    ),
  )
    .option('-e, --expr <EXPR>', 'trace=NAMES: only these calls; !NAMES: all others; %process', collect)
    .option('-s, --string-limit <N>', 'print at most N bytes of a string', wholeNumber('-s', 0), 32)
    .option('-o, --output <FILE>', 'write to FILE instead of standard error')
    .option('-f, --follow-forks', 'children are always followed; taken so that old habits work')
    .option('--json', 'JSON Lines');
  if (!parse(command, args)) return 0;
  const options = command.opts<StraceOptions>();
  const filter = parseFilter(options.expr ?? []);
  const output = createTextOutput(options.output, 2);
  const { stringLimit, json = false } = options;
  return runGuest('strace', command.args, options, output, straceWatch(output, { stringLimit, json, filter }));
}
