/** #SS and #GP: SIGBUS and SIGSEGV. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildCFile } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

test('an address that is not canonical is SIGBUS through the stack segment, SIGSEGV elsewhere', async () => {
  const source = fileURLToPath(new URL('cpu/stack-segment.c', import.meta.url));
  const path = await buildCFile(source, 'cpu-stack-segment', 'x86_64');
  const native = show(await runNative(path, []));
  expect(native.stdout).toContain('push: signal 7\n');
  expect(native.stdout).toContain('load by rax: signal 11\n');
  expect(show(runForkscope(path, []))).toEqual(native);
});
