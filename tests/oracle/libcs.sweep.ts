/** What tests/oracle/libcs.test.ts leaves out: the programs that are not about processes coming to be. */
import { NATIVE_ISAS } from './build.ts';
import { isAboutCreation, OTHER_LIBCS, programsFor } from './libcs.ts';
import { allPrograms, describeArm, describeNative } from './programs.ts';

for (const libc of OTHER_LIBCS) {
  for (const isa of NATIVE_ISAS)
    describeNative(
      programsFor(libc, isa).filter((program) => !isAboutCreation(program)),
      isa,
      libc,
    );
}

describeArm(
  allPrograms().filter((program) => !isAboutCreation(program)),
  'armel',
);
