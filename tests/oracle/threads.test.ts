/** Threads under two C libraries: each program of tests/guests/threads proves one fact, said by Linux on the same executable. */
import { describe, expect, test } from 'vitest';
import { buildThreads, cPrograms, NATIVE_ISAS } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

const RUN = { argv0: 'guest', env: { GUEST: 'yes' }, cwd: '/' };
const PROGRAMS = cPrograms('threads').map(({ sentence, name }) => [sentence, name] as const);
const LIBRARIES = NATIVE_ISAS.flatMap((isa) => (['glibc', 'musl'] as const).map((libc) => ({ isa, libc })));

describe.each(LIBRARIES)('$isa with $libc as Linux does it', ({ isa, libc }) => {
  test.each(PROGRAMS)('%s (%s)', async (_sentence, name) => {
    const path = await buildThreads(name, isa, libc);
    const native = await runNative(path, [], RUN);
    expect(native.stdout.length, 'the program says something natively').toBeGreaterThan(0);
    expect(show(runForkscope(path, [], RUN))).toEqual(show(native));
  });
});

describe('arm as Linux does it on x86-64', () => {
  test.each(PROGRAMS)('%s (%s)', async (_sentence, name) => {
    const native = show(await runNative(await buildThreads(name, 'x86_64', 'glibc'), [], RUN));
    expect(show(runForkscope(await buildThreads(name, 'arm', 'glibc'), [], RUN))).toEqual(native);
  });
});
