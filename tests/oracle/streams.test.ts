/** "child proc printed twice" through the command line, with a file, a pipe and a terminal as standard output. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { findGuest } from '../../asm/guests/guests.ts';
import { buildGuest } from './build-guest.ts';
import { show } from './compare.ts';
import { runNative } from './native.ts';

const FORKSCOPE = fileURLToPath(new URL('../../bin/forkscope', import.meta.url));
const LINES = { i386: 'child proc:0\n0\nchild proc:0\n', x86_64: 'child proc:0\n0\n' } as const;

describe.each(['i386', 'x86_64'] as const)('child-printed-twice of %s', (isa) => {
  let path = '';
  beforeAll(async () => {
    const guest = findGuest('child-printed-twice', isa);
    if (guest === undefined) throw new Error(`no guest for ${isa}`);
    path = await buildGuest(guest);
  });

  test.each(['file', 'pipe'] as const)(
    'with a %s as standard output natively: three lines at most, then SIGSEGV',
    async (stdout) => {
      expect(show(await runNative(path, [], { stdout }))).toEqual({
        stdout: LINES[isa],
        stderr: '',
        status: 'killed by SIGSEGV',
      });
    },
  );

  test.each(['file', 'pipe'] as const)(
    'with a %s as standard output in forkscope: the same bytes, and status 128 + SIGSEGV',
    async (stdout) => {
      const outcome = await runNative(FORKSCOPE, ['run', path], { stdout, env: { PATH: process.env.PATH ?? '' } });
      expect(show(outcome)).toEqual({ stdout: LINES[isa], stderr: '', status: 'exited 139' });
    },
  );

  test('with a terminal as standard output: the same bytes natively and in forkscope', async () => {
    const native = await runNative(path, [], { stdout: 'pty' });
    expect(show(native)).toEqual({ stdout: LINES[isa], stderr: '', status: 'exited 139' });
    const env = { PATH: process.env.PATH ?? '' };
    expect(show(await runNative(FORKSCOPE, ['run', path], { stdout: 'pty', env }))).toEqual(show(native));
  });
});
