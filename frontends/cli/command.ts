import { Command, CommanderError } from 'commander';
import { writeAll } from '../../emulator/machine/write-all.ts';
import { CliError } from './errors.ts';

/** Columns of the help, and of an example's command in it. */
const HELP_WIDTH = 80;
const EXAMPLE_WIDTH = 42;

/**
 * The command of one verb: examples stand first in its help, and errors are ours. `examples` are pairs of a command
 * line (without `forkscope`) and what it does.
 */
export function verbCommand(
  verb: string,
  summary: string,
  examples: readonly (readonly [command: string, does: string])[],
): Command {
  const lines = examples.map(([command, does]) => {
    const line = `  ${`forkscope ${command}`.padEnd(EXAMPLE_WIDTH)}  ${does}`;
    return line.length <= HELP_WIDTH ? line : `  forkscope ${command}\n      ${does}`;
  });
  return new Command(`forkscope ${verb}`)
    .description(summary)
    .helpOption('-h, --help', 'this help')
    .addHelpText('before', `Examples:\n${lines.join('\n')}\n`)
    .configureHelp({ sortOptions: false, helpWidth: HELP_WIDTH })
    .configureOutput({ writeOut: (text) => writeAll(1, Buffer.from(text)), writeErr: () => {}, outputError: () => {} })
    .exitOverride();
}

/** Everything behind PROGRAM is the guest's. */
export function takesProgram(command: Command, { optional = false } = {}): Command {
  return command
    .argument(
      optional ? '[PROGRAM]' : '<PROGRAM>',
      'an executable for i386, x86-64 or ARM: a path, a name in this directory or in PATH',
    )
    .argument('[ARGS...]', 'its arguments')
    .passThroughOptions();
}

/** Parse; resolves to null when help was printed. Throws CliError for a wrong command line. */
export function parse(command: Command, args: readonly string[]): Command | null {
  try {
    return command.parse(oneDash(command, args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    const verb = command.name().replace(/^forkscope /, '');
    const [what = '', ...more] = error.message.replace(/^error: /, '').split('\n');
    const meant = more.join(' ').replace(/[()]/g, '').trim();
    throw new CliError(`${verb}: ${what}`, { hint: meant || `forkscope ${verb} -h lists the options.` });
  }
}

/** Long options that qemu-user and gdb write with one dash; commander would read them as clusters of letters. */
const ONE_DASH: readonly string[] = ['-strace', '-ex'];

/** With two dashes, before PROGRAM only: behind it they are the guest's. */
function oneDash(command: Command, args: readonly string[]): string[] {
  const out = [...args];
  for (let i = 0; i < out.length; i++) {
    const arg = out[i] ?? '';
    if (!arg.startsWith('-') || arg === '-' || arg === '--') break;
    const wanted = ONE_DASH.includes(arg) ? `-${arg}` : arg;
    const option = command.options.find(({ short, long }) => short === arg || long === wanted);
    if (option?.long === wanted) out[i] = wanted;
    if (option?.required) i++;
  }
  return out;
}

/** An option's value as a whole number of at least `least`. */
export function wholeNumber(name: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new CliError(`${name}: ${text}: not a whole number of at least ${least}`);
    }
    return value;
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** An option's value as a size in bytes: 65536, 64K, 512M, 1G. */
export function sizeBytes(name: string): (text: string) => number {
  return (text) => {
    const match = /^(\d+)([kmg]?)(i?b)?$/i.exec(text);
    if (!match)
      throw new CliError(`${name}: ${text}: not a size`, { hint: 'Sizes are written 65536, 64K, 512M or 1G.' });
    return Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1);
  };
}

/** An option's value as seconds; fractions are allowed. */
export function seconds(name: string): (text: string) => number {
  return (text) => {
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value > 0)) throw new CliError(`${name}: ${text}: not a number of seconds above 0`);
    return value;
  };
}

/** For options that may be given again and again. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
