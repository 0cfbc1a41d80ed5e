import { type Command, Option } from 'commander';
import { hostClock, type MachineOptions, type Mount } from '../../emulator/machine/machine.ts';
import { collect, seconds, sizeBytes, wholeNumber } from './command.ts';
import { CliError } from './errors.ts';
import { checkRunsWithoutMmu } from './no-mmu.ts';
import { findProgram, isMounted, parseMount, sysrootMount } from './program.ts';

/** What every verb that runs a program takes. */
export interface GuestOptions {
  sysroot?: string;
  mount?: string[];
  env?: string[];
  unset?: string[];
  argv0?: string;
  stack?: number;
  timeout?: number;
  maxInsns?: number;
  expect?: string[];
  reject?: string[];
  seed?: number;
  realTime?: boolean;
  memory?: number;
  mmu?: boolean;
  verbose?: boolean;
}

/** How the machine is made. */
export function addMachineOptions(command: Command): Command {
  return command
    .option('-L, --sysroot <DIR>', 'mount DIR as the root of the guest')
    .option('--mount <HOST[:GUEST]>', 'let the guest read a host directory or file (again for more)', collect)
    .option('-E, --env <VAR=VAL>', "set a variable in the guest's environment", collect)
    .option('-U, --unset <VAR>', "leave a variable out of the guest's environment", collect)
    .option('-0, --argv0 <ARGV0>', "the program's argv[0]")
    .option('--seed <N>', 'seed of everything random in the guest (default 0)', wholeNumber('--seed', 0))
    .option('--memory <SIZE>', "the guest's RAM (default 1G)", sizeBytes('--memory'))
    .option('--no-mmu', 'a machine without MMU: one flat memory for all, no fork (docs/no-mmu.md)');
}

/** The same, and how the run ends. */
export function addGuestOptions(command: Command): Command {
  return addMachineOptions(command)
    .option('--timeout <SECONDS>', 'end with status 124 after so much real time', seconds('--timeout'))
    .option('--max-insns <N>', 'end with status 124 after N instructions', wholeNumber('--max-insns', 1))
    .option('--expect <TEXT>', 'end with status 1 unless the guest writes TEXT', collect)
    .option('--reject <TEXT>', 'end with status 1 if the guest writes TEXT', collect)
    .option('--verbose', 'report system calls that are not there');
}

/** `-s` is the stack's size for qemu-user and a string's length for strace: only verbs that are not strace take it so. */
export function stackOption(): Option {
  return new Option('-s, --stack <SIZE>', 'limit of the stack (default 8M)').argParser(sizeBytes('-s'));
}

/** A recording has what the clock said; strace and trace slow the guest down so much that they leave it out. */
export function realTimeOption(): Option {
  return new Option('--real-time', "let the guest's clock follow the host's: sleeping takes time");
}

/** A machine's options from the command line. Throws CliError. */
export function machineOptions(
  program: string,
  args: readonly string[],
  options: GuestOptions,
): Omit<MachineOptions, 'console'> {
  const given: Mount[] = (options.mount ?? []).map(parseMount);
  if (options.sysroot !== undefined) given.unshift(sysrootMount(options.sysroot));
  const found = findProgram(program, given, options.sysroot);
  if (options.mmu === false) checkRunsWithoutMmu(program, found);
  const cwd = process.cwd();
  return {
    program: toBytes(found.guestPath),
    argv: [options.argv0 ?? program, ...args].map(toBytes),
    env: guestEnvironment(process.env, options).map(toBytes),
    cwd: isMounted(cwd, found.mounts) ? toBytes(cwd) : '/',
    mounts: found.mounts,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    ...(options.memory === undefined ? {} : { memoryBytes: pages(options.memory) }),
    ...(options.mmu === false ? { noMmu: true } : {}),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.realTime ? { clock: hostClock() } : {}),
    ...(options.stack === undefined ? {} : { stackBytes: options.stack }),
  };
}

function pages(bytes: number): number {
  const rounded = Math.ceil(bytes / 4096) * 4096;
  if (rounded < 4 * 1024 ** 2 || rounded > 4 * 1024 ** 3 - 4096) {
    throw new CliError('--memory: RAM is between 4M and 4G');
  }
  return rounded;
}

/** Kernel strings hold one char a byte. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The host's environment, as qemu-user passes it, edited by -U and -E. */
export function guestEnvironment(host: NodeJS.ProcessEnv, options: Pick<GuestOptions, 'env' | 'unset'>): string[] {
  const env = new Map<string, string>();
  for (const [name, value] of Object.entries(host)) env.set(name, value ?? '');
  for (const name of options.unset ?? []) env.delete(name);
  for (const setting of options.env ?? []) {
    const at = setting.indexOf('=');
    if (at <= 0) throw new CliError(`-E ${setting}: not VAR=VAL`);
    env.set(setting.slice(0, at), setting.slice(at + 1));
  }
  return [...env].map(([name, value]) => `${name}=${value}`);
}
