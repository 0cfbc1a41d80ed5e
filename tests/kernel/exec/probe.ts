/** Runs many files through execve, on the Linux beneath us and in forkscope, and says what became of each. */

import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createMemoryConsole } from '../../../emulator/machine/console.ts';
import { createMachine, type Machine } from '../../../emulator/machine/machine.ts';
import { cached } from '../../oracle/build.ts';
import { findLeaks } from '../../oracle/leaks.ts';
import { runNative } from '../../oracle/native.ts';

/** A file to be executed. `mode` is 0o755 when absent; a directory has no bytes. */
export interface Candidate {
  readonly name: string;
  readonly bytes: Uint8Array | 'directory';
  readonly mode?: number;
}

/** Files beside the candidates, by name: they are reached as `./NAME`. */
export type Helpers = Readonly<Record<string, Omit<Candidate, 'name'>>>;

/** What became of each candidate, in order: `ENOEXEC`, `exit 42`, `Segmentation fault`. */
export type Fates = readonly string[];

const SOURCE = fileURLToPath(new URL('probe.c', import.meta.url));
const FLAGS = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Wno-unused-result', '-Werror'];
const NOBODY = 65534;
/** A program that runs longer than this is taken for one that hangs: the host's CPU time natively, virtual time in forkscope. */
const LIMIT_MS = { native: 500, forkscope: 5 };
/** The most that there can be: a segment larger than the memory is refused, and the host's is larger than any segment here. */
const MEMORY_BYTES = 2 ** 32 - 4096;
/** Only a hang meets it. */
const TIMEOUT_MS = 600_000;
const SLICE_MS = 1000;

/** Build a C source beside this file for the host, with these flags as well: the path of a static executable. */
export async function buildHostC(source: string, ...flags: string[]): Promise<string> {
  const linkage = flags.includes('-static-pie') ? [] : ['-static'];
  const all = [...FLAGS, ...linkage, ...flags];
  const name = `${source.slice(source.lastIndexOf('/') + 1, -2)}${flags.join('')}`;
  return cached(name, [...all, readFileSync(source)], async (output) => {
    await promisify(execFile)('gcc', [...all, source, '-o', output]);
  });
}

/** A folder on the host that anybody may read, with candidate number i in file `i` of it. */
export class CandidateFolder {
  readonly path: string;
  readonly count: number;

  constructor(candidates: readonly Candidate[], helpers: Helpers = {}) {
    this.path = mkdtempSync(join(tmpdir(), 'exec-'));
    chmodSync(this.path, 0o755);
    this.count = candidates.length;
    candidates.forEach((candidate, i) => {
      this.put(String(i), candidate);
    });
    for (const [name, helper] of Object.entries(helpers)) this.put(name, helper);
  }

  private put(name: string, { bytes, mode }: Omit<Candidate, 'name'>): void {
    const file = join(this.path, name);
    if (bytes === 'directory') mkdirSync(file);
    else writeFileSync(file, bytes);
    chmodSync(file, mode ?? 0o755);
  }

  /** Execute all of them on the host; `keepOutput`: what they print comes before their fates. */
  async runNative(keepOutput = false): Promise<Fates> {
    const args = this.probeArgs(LIMIT_MS.native, keepOutput);
    return fates(await runNative(await buildHostC(SOURCE), args, { timeoutMs: TIMEOUT_MS }));
  }

  /** Execute all of them in one machine; throws what breaks it, and when it leaves anything behind. */
  async runForkscope(keepOutput = false): Promise<Fates> {
    const program = await buildHostC(SOURCE);
    const console = createMemoryConsole();
    const machine = createMachine({
      program,
      argv: [program, ...this.probeArgs(LIMIT_MS.forkscope, keepOutput)],
      env: [],
      cwd: '/',
      mounts: [program, this.path].map((path) => ({ hostPath: path, guestPath: path })),
      console,
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      memoryBytes: MEMORY_BYTES,
    });
    try {
      runToEnd(machine, () => console.bytes().toString());
      const leaks = findLeaks(machine.kernel.state);
      if (leaks.length > 0) throw new Error(`left behind at the end: ${leaks.join('; ')}`);
      return fates({ stdout: console.bytes(1) });
    } finally {
      machine.close();
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }

  private probeArgs(limitMs: number, keepOutput: boolean): string[] {
    const args = [String(limitMs), String(NOBODY), this.path, String(this.count)];
    return keepOutput ? [...args, 'output'] : args;
  }
}

function fates({ stdout }: { stdout: Uint8Array }): Fates {
  return Buffer.from(stdout).toString().trimEnd().split('\n');
}

export function runToEnd(machine: Machine, printed: () => string): void {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const reason = machine.run({ sliceMs: SLICE_MS });
    if (reason === 'done') return;
    if (reason === 'idle' || performance.now() > deadline) {
      throw new Error(`${reason} at t=${machine.t} behind: ${printed().slice(-200)}`);
    }
  }
}

/** `name: fate` of each, one a line: what two runs are compared by. */
export function report(candidates: readonly Candidate[], found: Fates): string[] {
  return candidates.map(({ name }, i) => `${name}: ${found[i] ?? 'nothing'}`);
}
