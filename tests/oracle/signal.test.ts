/** Programs that tell what signals do to them, with glibc. */
import { expect, test } from 'vitest';
import { buildC, NATIVE_ISAS } from './build.ts';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { describeArm, describeNative, programsOf, RUN } from './programs.ts';

for (const isa of NATIVE_ISAS) describeNative(programsOf('signal'), isa, 'glibc');

describeArm(programsOf('signal'));

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
