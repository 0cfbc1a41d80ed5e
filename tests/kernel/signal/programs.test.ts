/** Programs that tell what signals do to them: Linux says what they print, and forkscope has to print the same. */
import { describe, expect, test } from 'vitest';
import { NATIVE_ISAS } from '../../oracle/build.ts';
import { type Shown, show } from '../../oracle/compare.ts';
import { runForkscope } from '../../oracle/forkscope.ts';
import { runNative } from '../../oracle/native.ts';
import { buildProgram, PROGRAMS } from './programs.ts';

const RUN = { argv0: 'guest', cwd: '/' };

/** These change to other users and raise limits, natively too. */
const AS_ROOT = new Set(['process-ids', 'settings']);
const IS_ROOT = process.getuid?.() === 0;
const RUNNABLE = PROGRAMS.filter(([, name]) => IS_ROOT || !AS_ROOT.has(name));

test.skipIf(IS_ROOT)('programs that need root are left out, as this is another user', () => {
  expect(RUNNABLE.length).toBe(PROGRAMS.length - AS_ROOT.size);
});

describe.each(NATIVE_ISAS)('%s as Linux does it', (isa) => {
  test.each(RUNNABLE)('%s (%s)', async (_sentence, name) => {
    const path = await buildProgram(name, isa);
    const native = show(await runNative(path, [], RUN));
    expect(native.stdout).not.toBe('');
    expect(show(runForkscope(path, [], RUN))).toEqual(native);
  });
});

/** What ARM prints where it is not what x86-64 prints. */
const ON_ARM: Readonly<Record<string, (lines: string[]) => string[]>> = {
  // The registers of a fault are x86's.
  'faults-become-signals': (lines) => {
    const data = lines.slice(0, lines.indexOf('ud2'));
    return [...data.map((line) => line.replace(/ trapno.*/, '')), 'done'];
  },
  fpu: (lines) => [
    'handler of 10',
    'kill 0, fpscr 0xf0c00000, d 1 2 3 4',
    ...lines.slice(4).map((line) => line.replace(/: control.*/, '')),
  ],
  // The flags of an ARM context are 0, and what is behind the register is x86's.
  context: (lines) => {
    const end = lines.findIndex((line) => line.startsWith('register'));
    return lines.slice(0, end + 1).map((line) => line.replace('flags 0x6', 'flags 0'));
  },
  'no-restorer': () => [
    'handler of 10',
    'handler of 10',
    'back, kept 0x12345',
    'plain: exited 2',
    'handler of 10 code 0 context 1',
    'handler of 10 code 0 context 1',
    'back, kept 0x12345',
    'SA_SIGINFO: exited 2',
    'back, kept 0x12345',
    'Thumb: exited 20',
    'back, kept 0x12345',
    'Thumb with SA_SIGINFO: exited 40',
    'old sigaction 0',
    'handler of 12',
    'reads back 1 flags 0x40000000',
  ],
};

describe('arm as Linux does it on x86-64', () => {
  test.each(RUNNABLE)('%s (%s)', async (_sentence, name) => {
    const native = show(await runNative(await buildProgram(name, 'x86_64'), [], RUN));
    const lines = native.stdout.trimEnd().split('\n');
    const expected: Shown = { ...native, stdout: `${(ON_ARM[name]?.(lines) ?? lines).join('\n')}\n` };
    expect(show(runForkscope(await buildProgram(name, 'arm'), [], RUN))).toEqual(expected);
  });
});

test("the kernel's helpers of ARM do what their documentation says", async () => {
  expect(show(runForkscope(await buildProgram('arm/kuser', 'arm'), [], RUN))).toEqual({
    status: 'exited 0',
    stderr: '',
    stdout: `version 5
cmpxchg of another value: 1, word 5
cmpxchg: 0, word 9
cmpxchg64 of another value: 1, 0x100000002
cmpxchg64: 0, 0x300000004
get_tls 1
a write to it: killed by signal 11
a call of what is no helper: killed by signal 4
`,
  });
});
