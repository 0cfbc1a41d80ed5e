/** The programs of tests/guests that are in no folder, with glibc. */
import { NATIVE_ISAS } from './build.ts';
import { describeArm, describeNative, programsOf } from './programs.ts';

for (const isa of NATIVE_ISAS) describeNative(programsOf(), isa, 'glibc');

describeArm(programsOf());
