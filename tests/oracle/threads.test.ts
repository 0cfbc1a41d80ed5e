/** Threads, with glibc. */
import { NATIVE_ISAS } from './build.ts';
import { describeArm, describeNative, programsOf } from './programs.ts';

for (const isa of NATIVE_ISAS) describeNative(programsOf('threads'), isa, 'glibc');

describeArm(programsOf('threads'));
