import { parse, takesProgram, verbCommand } from './command.ts';
import { addGuestOptions, type GuestOptions, realTimeOption, stackOption } from './guest-options.ts';
import { runGuest, type Watch } from './guest-run.ts';
import { createTextOutput } from './output.ts';

interface RunOptions extends GuestOptions {
  strace?: boolean;
  log?: string;
}

/** `forkscope run`. */
export async function main(args: readonly string[]): Promise<number> {
  const command = addGuestOptions(
    takesProgram(
      verbCommand('run', 'Run a program. Its streams and its exit status are ours; 128+n when signal n killed it.', [
        ['run ./a.out one two', 'run it with two arguments'],
        ['run -L .guests/armhf busybox sh', "a shell in another system's tree"],
        ['run --expect "0 failed" ./tests', 'status 1 unless that is written'],
        ['run --max-insns 1000000 ./a.out', 'give up after a million instructions'],
      ]),
    ),
  )
    .addOption(stackOption())
    .addOption(realTimeOption())
    .option('-D, --log <FILE>', 'write what -strace and --verbose report to FILE')
    .option('--strace', 'print system calls as well (also -strace)');
  if (!parse(command, args)) return 0;
  const options = command.opts<RunOptions>();
  const output = createTextOutput(options.log, 2);
  let watch: Watch = {};
  if (options.strace) {
    const { straceWatch } = await import('./strace-watch.ts');
    watch = straceWatch(output, {});
  }
  return runGuest('run', command.args, options, output, watch);
}
