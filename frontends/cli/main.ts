import { OutputClosed, writeAll } from '../../emulator/machine/write-all.ts';
import { CliError, errorText, STATUS } from './errors.ts';
import { nearestVerb, VERBS } from './verbs.ts';

const VERSION = '0.1.0';

const HELP = `Examples:
  forkscope run ./a.out one two          run a program; its exit status is ours
  forkscope strace ./a.out               its system calls, as strace prints them
  forkscope trace --around vfork ./a.out every instruction in and around vfork
  forkscope demo                         what a vfork child does to its parent

Usage: forkscope <verb> [options] PROGRAM [ARGS...]

See process creation on Linux one instruction at a time: i386, x86-64 and ARM
programs on a small Linux inside.

Verbs:
${VERBS.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`).join('\n')}

forkscope <verb> -h tells more about one. --version prints the version.
`;

async function dispatch(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) {
    throw new CliError('which verb?', {
      hint: `One of: ${VERBS.map((verb) => verb.name).join(', ')}; forkscope -h tells more.`,
    });
  }
  if (first === '-h' || first === '--help' || (first === 'help' && rest.length === 0)) return say(HELP);
  if (first === '--version' || first === '-V') return say(`forkscope ${VERSION}\n`);
  const name = first === 'help' ? (rest[0] ?? '') : first;
  const verb = VERBS.find((candidate) => candidate.name === name);
  if (!verb) {
    const nearest = nearestVerb(name);
    throw new CliError(name.startsWith('-') ? `${name}: unknown option` : `${name}: unknown verb`, {
      hint: nearest ? `Did you mean ${nearest}?` : 'forkscope -h lists the verbs.',
    });
  }
  const module = await verb.load();
  return module.main(first === 'help' ? ['--help'] : rest);
}

function say(text: string): number {
  writeAll(1, Buffer.from(text));
  return 0;
}

async function main(): Promise<number> {
  try {
    return await dispatch(process.argv.slice(2));
  } catch (error) {
    if (error instanceof OutputClosed) return 128 + 13;
    process.stderr.write(errorText(error));
    return error instanceof CliError ? error.status : STATUS.failure;
  }
}

process.exitCode = await main();
