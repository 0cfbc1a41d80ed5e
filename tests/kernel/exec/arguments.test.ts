/** Argument and environment strings of execve: bad pointers, none at all, too many and too long. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryConsole } from '../../../emulator/machine/console.ts';
import { createMachine } from '../../../emulator/machine/machine.ts';
import { runNative } from '../../oracle/native.ts';
import { buildHostC, runToEnd } from './probe.ts';

const SOURCE = fileURLToPath(new URL('arguments.c', import.meta.url));

describe.each([
  ['x86_64', '-m64'],
  ['i386', '-m32'],
] as const)('the strings of execve on %s', (_, machine) => {
  let native = '';
  let forkscope = '';
  let folder = '';

  beforeAll(async () => {
    const program = await buildHostC(SOURCE, machine);
    folder = mkdtempSync(join(tmpdir(), 'exec-'));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'text'), 'text\n', { mode: 0o755 });
    native = Buffer.from(
      (await runNative(program, [program], { env: { DRIVER: '1' }, cwd: folder })).stdout,
    ).toString();
    forkscope = run(program, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are taken and refused as native Linux does', () => {
    expect(forkscope.split('\n')).toEqual(native.split('\n'));
  });

  test('a program without any gets one empty argument', () => {
    expect(forkscope).toContain("argv NULL: runs, argc 1, argv[0] '', envc 0\n");
  });
});

function run(program: string, folder: string): string {
  const console = createMemoryConsole();
  const mounts = [program, folder].map((path) => ({ hostPath: path, guestPath: path }));
  const machine = createMachine({ program, argv: [program, program], env: ['DRIVER=1'], cwd: folder, mounts, console });
  try {
    runToEnd(machine, () => console.bytes().toString());
    return console.bytes(1).toString();
  } finally {
    machine.close();
  }
}
