import { createHostConsole } from '../../emulator/machine/console.ts';
import { createMachine, type Machine, type MachineOptions, StartError } from '../../emulator/machine/machine.ts';
import { followTerminal, type TerminalFollower } from '../../emulator/machine/terminal.ts';
import { EACCES, ENOENT, ENOEXEC, ENOTDIR, strerror } from '../../kernel/abi/errno.ts';
import { type DriveOptions, drive, type Outcome } from './drive.ts';
import { CliError, STATUS } from './errors.ts';
import { createOutputMatcher } from './expect.ts';
import { type GuestOptions, machineOptions } from './guest-options.ts';
import type { TextOutput } from './output.ts';

/** What a verb adds to a run. */
export interface Watch {
  /** In place of createMachine. */
  readonly make?: (options: MachineOptions) => Machine;
  /** In place of doing to the machine directly what comes from outside. */
  readonly outside?: DriveOptions['outside'];
  /** Called before the first instruction. */
  readonly start?: (machine: Machine) => void;
  /** In place of `machine.run`. */
  readonly advance?: (machine: Machine) => DriveOptions['advance'];
  /** Called at the end, before the verdicts. */
  readonly end?: (machine: Machine, outcome: Outcome) => void;
}

/**
 * Run PROGRAM on the host's own streams to its end. Resolves to forkscope's exit status. `output` takes our own text and is
 * flushed before the guest writes, so that the two stand in order on a terminal.
 */
export async function runGuest(
  verb: string,
  [program = '', ...args]: readonly string[],
  options: GuestOptions,
  output: TextOutput,
  watch: Watch = {},
): Promise<number> {
  const matcher = createOutputMatcher(options.expect ?? [], options.reject ?? []);
  let terminal: TerminalFollower | null = null;
  function breathe(): void {
    terminal?.sync();
    output.flush();
  }
  const console = createHostConsole((_fd, bytes) => {
    breathe();
    matcher.see(bytes);
  });
  const make = watch.make ?? createMachine;
  const machine = startMachine(program, () => make({ ...machineOptions(program, args, options), console }));
  terminal = followTerminal(machine);
  try {
    watch.start?.(machine);
    const outcome = await drive(machine, {
      timeout: options.timeout,
      maxInsns: options.maxInsns,
      advance: watch.advance?.(machine) ?? ((untilT, sliceMs) => machine.run({ untilT, sliceMs })),
      breathe,
      ...(watch.outside ? { outside: watch.outside } : {}),
    });
    watch.end?.(machine, outcome);
    if (options.verbose) for (const line of machine.kernel.state.log) output.write(`forkscope: ${line}\n`);
    output.flush();
    return verdict(verb, machine, outcome, options, matcher.verdict());
  } finally {
    terminal.restore();
    machine.close();
    output.close();
  }
}

/** What `start` makes. A program that cannot be started is a CliError that says why. */
export function startMachine<T>(program: string, start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (error instanceof StartError) throw startProblem(program, -error.errno);
    throw error;
  }
}

function startProblem(program: string, errno: number): CliError {
  if (errno === ENOENT || errno === ENOTDIR) {
    return new CliError(`${program}: ${strerror(errno)}`, {
      status: STATUS.notFound,
      hint: 'A script or a dynamic program needs its interpreter: mount a system with -L DIR.',
    });
  }
  const hints = new Map([
    [ENOEXEC, 'It is no ELF executable for i386, x86-64 or ARM; programs in bFLT or FDPIC want --no-mmu.'],
    [EACCES, 'It is not marked executable: chmod +x.'],
  ]);
  const hint = hints.get(errno) ?? '';
  return new CliError(`${program}: ${strerror(errno)}`, { status: STATUS.notExecutable, hint });
}

function verdict(
  verb: string,
  machine: Machine,
  outcome: Outcome,
  options: GuestOptions,
  mismatch: string | null,
): number {
  if (outcome === 'interrupted') return STATUS.interrupted;
  if (outcome === 'timeout') {
    throw new CliError(`${verb}: timeout: still running after ${options.timeout} s (t=${machine.t})`, {
      status: STATUS.timeout,
    });
  }
  if (outcome === 'max-insns') {
    throw new CliError(`${verb}: --max-insns: still running after ${machine.t} instructions`, {
      status: STATUS.timeout,
    });
  }
  if (mismatch !== null) throw new CliError(`${verb}: ${mismatch}`, { status: STATUS.mismatch });
  return exitStatus(machine.status ?? 0);
}

/** A shell's view of a wait status: the code, or 128 and the signal. */
export function exitStatus(waitStatus: number): number {
  const signal = waitStatus & 0x7f;
  return signal === 0 ? (waitStatus >>> 8) & 0xff : 128 + signal;
}
