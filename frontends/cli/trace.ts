import { isatty } from 'node:tty';
import { Option } from 'commander';
import { createPaint, wantsColor } from './color.ts';
import { parse, takesProgram, verbCommand, wholeNumber } from './command.ts';
import { CliError } from './errors.ts';
import { addGuestOptions, type GuestOptions, stackOption } from './guest-options.ts';
import { runGuest } from './guest-run.ts';
import { kernelWatch } from './kernel-watch.ts';
import { createTextOutput } from './output.ts';
import { createRoles, createTraceJson, createTraceText } from './trace-text.ts';
import { prepareTrace } from './trace-watch.ts';

interface TraceOptions extends GuestOptions {
  from?: number;
  to?: number;
  pid?: number;
  around?: string;
  json?: boolean;
  kernel?: boolean;
  faults: boolean;
  output?: string;
  color: string;
  syntax: 'att' | 'intel';
}

const ABOUT = [
  'Print every instruction a program executes: t, process (P the program, C its children), address, symbol and offset,',
  'disassembly, the registers it changed and the memory it wrote; system calls, forks, signals and ends between them.',
  "t counts instructions of the whole machine; a line's t is the instant before its instruction.",
  'What an instruction wrote follows from its operands; what the kernel wrote into the stack around the stack pointer is',
  'found by comparing and marked "kernel:" (not that of a call that slept).',
  'With --kernel it prints what the kernel does instead, as a call tree in the words of Linux: fork and its parts with pt_regs',
  'of both sides (* what differs), exit, exec, signals and page faults; the program runs at full speed.',
].join(' ');

/** `forkscope trace`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addGuestOptions(
    takesProgram(
      verbCommand('trace', ABOUT, [
        ['trace ./a.out', 'every instruction, on standard error'],
        ['trace -o a.trace ./a.out', 'into a file'],
        ['trace --around vfork ./a.out', 'only inside vfork, its call and its return'],
        ['trace --from 1000 --to 1100 ./a.out', 'a hundred instructions'],
        ['trace --kernel ./a.out', "the kernel's functions as a call tree"],
        ['trace --json --pid 1001 ./a.out', 'what process 1001 did, as JSON Lines'],
      ]),
    ),
  )
    .option('--from <T>', 'start at instruction T of the machine', wholeNumber('--from', 0))
    .option('--to <T>', 'stop printing at instruction T', wholeNumber('--to', 0))
    .option('--pid <PID>', 'only this process', wholeNumber('--pid', 1))
    .option('--around <SYMBOL>', 'only inside SYMBOL, with the call into it and the instruction behind it')
    .option('-k, --kernel', "the kernel's own functions as a call tree, in place of instructions")
    .option('--no-faults', 'with --kernel: leave page faults out')
    .option('-o, --output <FILE>', 'write to FILE instead of standard error')
    .option('--json', 'JSON Lines')
    .addOption(new Option('-M, --syntax <NAME>', 'syntax of x86 instructions').choices(['att', 'intel']).default('att'))
    .option('--color <WHEN>', 'auto, always or never', 'auto')
    .addOption(stackOption());
  if (!parse(command, args)) return 0;
  const options = command.opts<TraceOptions>();
  const color = wantsColor(options.color, options.output === undefined && isatty(2));
  const roles = createRoles();
  if (options.kernel) {
    if (options.around !== undefined) throw new CliError('trace: --around chooses instructions, --kernel prints none');
    const out = createTextOutput(options.output, 2);
    const watch = kernelWatch({ ...options, roles, paint: createPaint(color) }, (line) => out.write(line));
    return runGuest('trace', command.args, options, out, watch);
  }
  const text = options.json ? createTraceJson(roles) : createTraceText(roles, createPaint(color));
  const watch = await prepareTrace({ ...options, roles, text });
  const output = createTextOutput(options.output, 2);
  return runGuest(
    'trace',
    command.args,
    options,
    output,
    watch((line) => output.write(line)),
  );
}
