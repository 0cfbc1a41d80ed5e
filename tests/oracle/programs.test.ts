/** Each program of tests/guests proves one fact; Linux says what it prints, and forkscope has to print the same. */
import { describe, expect, test } from 'vitest';
import { buildC, cPrograms, NATIVE_ISAS } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

const RUN = { argv0: 'guest', env: { GUEST: 'yes' }, cwd: '/' };
const PROGRAMS = cPrograms().map(({ sentence, name }) => [sentence, name] as const);

describe.each(NATIVE_ISAS)('%s as Linux does it', (isa) => {
  test.each(PROGRAMS)('%s (%s)', async (_sentence, name) => {
    const path = await buildC(name, isa);
    const native = await runNative(path, [], RUN);
    expect(native.stdout.length, 'the program says something natively').toBeGreaterThan(0);
    expect(show(runForkscope(path, [], RUN))).toEqual(show(native));
  });
});

/** What ARM prints where it is not what x86-64 prints. */
const ON_ARM: Readonly<Record<string, string>> = {
  'clone-bad-tls': 'flags are looked at first: EINVAL, ptid untouched\nwait: ECHILD\n',
};

describe('arm as Linux does it on x86-64', () => {
  test.each(PROGRAMS)('%s (%s)', async (_sentence, name) => {
    const native = show(await runNative(await buildC(name, 'x86_64'), [], RUN));
    const expected = { ...native, stdout: ON_ARM[name] ?? native.stdout };
    expect(show(runForkscope(await buildC(name, 'arm'), [], RUN))).toEqual(expected);
  });
});
