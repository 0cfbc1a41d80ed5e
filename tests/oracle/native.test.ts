/** The oracle itself: what it says about a program has to be what the program did. */
import { describe, expect, test } from 'vitest';
import { show } from './compare.ts';
import { runNative } from './native.ts';

const SH = '/bin/sh';

describe('the native runner', () => {
  test('tells an exit status from a signal', async () => {
    expect(show(await runNative(SH, ['-c', 'exit 7'])).status).toBe('exited 7');
    expect(show(await runNative(SH, ['-c', 'kill -SEGV $$'])).status).toBe('killed by SIGSEGV');
  });

  test('gives the program nothing but the argv, environment and input it was told to', async () => {
    const run = { argv0: 'name', env: { ONLY: 'this' }, stdin: 'input\n', cwd: '/' };
    const outcome = await runNative(
      SH,
      ['-c', 'echo "$0 $1"; export -p | grep -c SECRET; echo $ONLY; cat; pwd', 'zero', 'one'],
      run,
    );
    expect(show(outcome).stdout).toBe('zero one\n0\nthis\ninput\n/\n');
  });

  test.each(['pipe', 'file', 'pty'] as const)(
    'keeps standard output apart and whole when it is a %s',
    async (stdout) => {
      const outcome = await runNative(SH, ['-c', 'echo one; echo two'], { stdout });
      expect(show(outcome)).toEqual({ stdout: 'one\ntwo\n', stderr: '', status: 'exited 0' });
    },
  );

  test('ends a program that does not end, and says what it had printed', async () => {
    await expect(runNative(SH, ['-c', 'echo begun; sleep 60'], { timeoutMs: 300 })).rejects.toThrow(
      /still running.*begun/s,
    );
  });
});
