/** Programs that tell what signals do to them, with glibc. */
import { expect, test } from 'vitest';
import { buildC, NATIVE_ISAS } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { describeArm, describeNative, type OnArm, programsOf, RUN } from './programs.ts';

for (const isa of NATIVE_ISAS) describeNative(programsOf('signal'), isa, 'glibc');

const ON_ARM: OnArm = {
  // The registers of a fault are x86's.
  'signal/faults-become-signals': (lines) => {
    const data = lines.slice(0, lines.indexOf('ud2'));
    return [...data.map((line) => line.replace(/ trapno.*/, '')), 'done'];
  },
  'signal/fpu': (lines) => [
    'handler of 10',
    'kill 0, fpscr 0xf0c00000, d 1 2 3 4',
    ...lines.slice(4).map((line) => line.replace(/: control.*/, '')),
  ],
  // The flags of an ARM context are 0, and what is behind the register is x86's.
  'signal/context': (lines) => {
    const end = lines.findIndex((line) => line.startsWith('register'));
    return lines.slice(0, end + 1).map((line) => line.replace('flags 0x6', 'flags 0'));
  },
  'signal/no-restorer': () => [
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

describeArm(programsOf('signal'), ON_ARM);

test("the kernel's helpers of ARM do what their documentation says", async () => {
  expect(show(runForkscope(await buildC('signal/arm/kuser', 'arm'), [], RUN))).toEqual({
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
