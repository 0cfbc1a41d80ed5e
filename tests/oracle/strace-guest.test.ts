/** Debian's strace as a guest follows a program here, and says what the same binary says on the host. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GUESTS } from '../../asm/guests/guests.ts';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine } from '../../emulator/machine/machine.ts';
import { buildCFile } from './build.ts';
import { buildGuest } from './build-guest.ts';

const ROOT = fileURLToPath(new URL('../../.guests/amd64', import.meta.url));
const SOURCE = fileURLToPath(new URL('./straced.c', import.meta.url));
const LOADER = 'lib64/ld-linux-x86-64.so.2';
const LIBRARIES = ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu'];
/** What a C library does before main differs with the CPU; what it is about is told. */
const CALLS = 'trace=vfork,fork,clone,execve,wait4,write,kill,rt_sigaction,rt_sigreturn,exit_group,getpid';

function straceOptions(output: string, program: string, options: readonly string[]): string[] {
  return ['-f', '-o', output, ...options, program];
}

function native(program: string, options: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'strace-guest-'));
  const output = join(folder, 'output');
  const path = LIBRARIES.map((library) => `${ROOT}/${library}`).join(':');
  const args = ['--library-path', path, `${ROOT}/usr/bin/strace`, ...straceOptions(output, program, options)];
  try {
    const ran = spawnSync(`${ROOT}/${LOADER}`, args, { encoding: 'utf8', env: { LC_ALL: 'C' }, cwd: '/' });
    if (ran.status === null) throw new Error(`strace: ${ran.signal}`);
    return readFileSync(output, 'latin1');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function here(program: string, options: readonly string[]): string {
  const console = createMemoryConsole(new Uint8Array());
  const machine = createMachine({
    ...{
      program: '/usr/bin/strace',
      argv: ['strace', ...straceOptions('/dev/stderr', program, options)],
      env: ['LC_ALL=C'],
      cwd: '/',
    },
    mounts: [
      { hostPath: ROOT, guestPath: '/' },
      { hostPath: program, guestPath: program },
    ],
    console,
  });
  try {
    expect(machine.run({ untilT: 500_000_000 })).toBe('done');
    return Buffer.from(console.bytes(2)).toString('latin1');
  } finally {
    machine.close();
  }
}

/**
 * Lines of each process, in the order in which processes come, with the two halves of a call joined, pids by their order,
 * addresses and times left out. When SIGCHLD reaches a parent that waits is a matter of chance: it comes last.
 */
function processes(text: string): string[][] {
  const lines = new Map<string, string[]>();
  const signals = new Map<string, string[]>();
  for (const line of text.trimEnd().split('\n')) {
    const match = /^(\d+) +(.*)$/.exec(line);
    // The program's own output.
    if (!match) continue;
    const [, pid = '', words = ''] = match;
    const own = lines.get(pid) ?? [];
    lines.set(pid, own);
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(words);
    if (words.startsWith('--- SIGCHLD')) signals.set(pid, [...(signals.get(pid) ?? []), words]);
    else if (resumed) own.push(`${(own.pop() ?? '').replace(/ <unfinished \.\.\.>$/, '')}${resumed[1]}`);
    else own.push(words);
  }
  const pids = [...lines.keys()];
  return pids.map((pid) => [...(lines.get(pid) ?? []), ...(signals.get(pid) ?? [])].map((line) => plain(line, pids)));
}

function plain(line: string, pids: readonly string[]): string {
  return line
    .replace(/\b\d{3,}\b/g, (digits) => (pids.includes(digits) ? `PID${pids.indexOf(digits)}` : digits))
    .replace(/0x[0-9a-f]+/g, '0x…')
    .replace(/si_utime=\d+, si_stime=\d+/, '')
    .replace(/(0x…) \/\* \d+ vars? \*\//, '$1')
    .replace(/ +=/, ' =');
}

const missing = existsSync(`${ROOT}/usr/bin/strace`) ? null : 'run scripts/guests/fetch.sh test';

describe.skipIf(missing !== null)("Debian's strace -f as a guest", () => {
  test.each(['x86_64', 'i386'] as const)('says of a program of %s that vforks what it says natively', async (isa) => {
    const program = await buildCFile(SOURCE, 'straced', isa);
    const options = ['-e', CALLS];
    const expected = processes(native(program, options));
    expect(expected.length).toBe(6);
    expect(processes(here(program, options))).toEqual(expected);
  });

  test.each(['x86_64', 'i386'] as const)('says every call of a program of %s without a C library', async (isa) => {
    const guest = GUESTS.find((one) => one.name === 'vfork-step' && one.isa === isa);
    if (!guest) throw new Error('vfork-step is gone');
    const program = await buildGuest(guest);
    const expected = processes(native(program, []));
    expect(expected.flat().join('\n')).toContain('vfork()');
    expect(processes(here(program, []))).toEqual(expected);
  });
});
