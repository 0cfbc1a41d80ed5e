/** Floating-point exceptions, natively and here: flags, signals with code and address, results. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cached } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

/** Arithmetic by SSE on x86-64 and, as compilers do by default, by the x87 on i386; and i386 by SSE. */
const KINDS = { x86_64: ['-m64'], i386: ['-m32'], 'i386 with SSE': ['-m32', '-msse2', '-mfpmath=sse'] };

async function build(machine: readonly string[]): Promise<string> {
  const source = fileURLToPath(new URL('cpu/floating.c', import.meta.url));
  const args = ['-std=gnu11', '-O1', '-frounding-math', '-static', ...machine];
  return cached(`cpu-floating${machine.join('')}`, [readFileSync(source), ...args], async (output) => {
    await promisify(execFile)('gcc', [...args, source, '-o', output, '-lm']);
  });
}

describe.each(Object.entries(KINDS))('%s', (_, machine) => {
  test('exception flags, SIGFPE with its code and address, and results are those of the real CPU', async () => {
    const path = await build(machine);
    const native = show(await runNative(path, []));
    const ours = show(runForkscope(path, []));
    expect(ours.stdout.split('\n').length).toBeGreaterThan(200);
    expect(ours.stdout.split('\n')).toEqual(native.stdout.split('\n'));
    expect(ours.status).toBe(native.status);
  });

  test.each(['divide', 'long double'])('%s by zero kills a program that asked for the exception', async (which) => {
    const path = await build(machine);
    const native = show(await runNative(path, [which]));
    const ours = show(runForkscope(path, [which]));
    expect(native.status).toContain('SIGFPE');
    expect(ours.status).toBe(native.status);
  });
});
