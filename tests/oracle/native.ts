/**
 * The oracle: run a program on the Linux beneath us and say what came out of it.
 * Only for i386 and x86-64 files, on an x86-64 host with 32-bit emulation.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a process ended, as wait status says it. Signals by name: `SIGSEGV`. */
export type Status = { readonly exited: number } | { readonly signaled: string };

export interface Outcome {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly status: Status;
}

export interface RunOptions {
  /** argv[0]; the path itself when absent. */
  readonly argv0?: string;
  /** Bytes of standard input; an empty input when absent. */
  readonly stdin?: Uint8Array | string;
  /** What descriptor 1 is; a pipe when absent. A pty turns `\n` into `\r\n` as terminals do; it is undone here. */
  readonly stdout?: 'pipe' | 'file' | 'pty';
  /** The whole environment; empty when absent. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The folder of the host that forkscope shows as `/`; the program alone when absent. Natively all is there. */
  readonly root?: string;
  /** After so long the program and its group are killed and the promise is rejected. */
  readonly timeoutMs?: number;
}

/** Only a hang meets it. */
const DEFAULT_TIMEOUT_MS = 300_000;

/** A status as text, for messages and comparison: `exited 0`, `killed by SIGSEGV`. */
export function formatStatus(status: Status): string {
  return 'exited' in status ? `exited ${status.exited}` : `killed by ${status.signaled}`;
}

/** Run `path args…` natively with exactly this argv, environment and standard input. */
export async function runNative(path: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  if (options.stdout === 'pty') return runInPty(path, args, options);
  if (options.stdout !== 'file') return runProcess(path, args, options, 'pipe');
  const folder = mkdtempSync(join(tmpdir(), 'oracle-'));
  const file = join(folder, 'stdout');
  const fd = openSync(file, 'w');
  try {
    const outcome = await runProcess(path, args, options, fd);
    return { ...outcome, stdout: readFileSync(file) };
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

/** Run any host command and collect its outcome. `stdout` is a pipe or an open descriptor. */
export function runProcess(
  path: string,
  args: readonly string[],
  options: RunOptions,
  stdout: 'pipe' | number = 'pipe',
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, [...args], {
      argv0: options.argv0 ?? path,
      env: { ...options.env },
      cwd: options.cwd,
      detached: true,
      stdio: ['pipe', stdout, 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    // The program may end without reading its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      const printed = Buffer.concat([...out, ...err]).toString();
      reject(new Error(`${path} ${args.join(' ')}: still running after ${timeoutMs} ms; it printed: ${printed}`));
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const status: Status = signal === null ? { exited: code ?? -1 } : { signaled: signal };
      resolve({ stdout: Buffer.concat(out), stderr: Buffer.concat(err), status });
    });
  });
}

/** With a terminal on descriptors 0 to 2, made by script(1); its exit status is the program's, 128 + n for a signal. */
async function runInPty(path: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const command = [path, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const script = `exec ${command}`;
  const env = { PATH: '/usr/bin:/bin', SHELL: '/bin/sh', ...options.env };
  const outcome = await runProcess('/usr/bin/script', ['-qec', script, '/dev/null'], {
    ...options,
    argv0: 'script',
    env,
  });
  const text = Buffer.from(outcome.stdout).toString('latin1').replaceAll('\r\n', '\n');
  return { ...outcome, stdout: Buffer.from(text, 'latin1') };
}
