/** Run a program in forkscope, in this process, with what tests/oracle/native.ts gives the native run. */

import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine, type Machine, type MachineOptions } from '../../emulator/machine/machine.ts';
import { signalName } from '../../kernel/abi/signal.ts';
import { findLeaks } from './leaks.ts';
import type { Outcome, RunOptions, Status } from './native.ts';

/** Only a hang meets it. */
const DEFAULT_TIMEOUT_MS = 600_000;
const SLICE_MS = 100;

/** Run `path args…`; throws when it sleeps for ever, still runs after `timeoutMs`, or leaves tasks or memory behind. */
export function runForkscope(
  path: string,
  args: readonly string[],
  options: RunOptions & Pick<MachineOptions, 'noMmu'> = {},
): Outcome {
  const input = options.stdin ?? '';
  const console = createMemoryConsole(typeof input === 'string' ? Buffer.from(input) : input);
  const machine = createMachine({
    ...machineOptions(path, args, options),
    console,
    ...(options.noMmu ? { noMmu: true } : {}),
  });
  try {
    runToEnd(machine, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => console.bytes().toString());
    const leaks = findLeaks(machine.kernel.state);
    if (leaks.length > 0) throw new Error(`left behind at the end: ${leaks.join('; ')}`);
    return { stdout: console.bytes(1), stderr: console.bytes(2), status: statusOf(machine.status ?? 0) };
  } finally {
    machine.close();
  }
}

/** The machine's options for the same argv, environment and working directory as `runNative` gives. */
export function machineOptions(
  path: string,
  args: readonly string[],
  options: RunOptions,
): Omit<MachineOptions, 'console'> {
  return {
    program: path,
    argv: [options.argv0 ?? path, ...args].map(toBytes),
    env: Object.entries(options.env ?? {}).map(([name, value]) => toBytes(`${name}=${value}`)),
    cwd: options.cwd ?? '/',
    mounts: [
      ...(options.root ? [{ hostPath: options.root, guestPath: '/' }] : []),
      // Also in a checkout below /tmp, which is the guest's own.
      { hostPath: path, guestPath: path },
    ],
  };
}

function runToEnd(machine: Machine, timeoutMs: number, printed: () => string): void {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const reason = machine.run({ sliceMs: SLICE_MS });
    if (reason === 'done') return;
    if (reason === 'idle') throw new Error(`all processes sleep for ever at t=${machine.t}; printed: ${printed()}`);
    if (performance.now() > deadline) {
      throw new Error(`still running after ${timeoutMs} ms at t=${machine.t}; printed: ${printed()}`);
    }
  }
}

function statusOf(waitStatus: number): Status {
  const signal = waitStatus & 0x7f;
  if (signal === 0) return { exited: (waitStatus >>> 8) & 0xff };
  return { signaled: signalName(signal) ?? `signal ${signal}` };
}

/** Kernel strings hold one char a byte. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
