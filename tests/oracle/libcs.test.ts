/** The same source with other C libraries makes other system calls: musl and dietlibc, native first, then here. */
import { describe, expect, test } from 'vitest';
import { buildC, NATIVE_ISAS } from './build.ts';
import { isAboutCreation, LEFT_OUT, OTHER_LIBCS, programsFor, UNBUILDABLE } from './libcs.ts';
import { allPrograms, describeArm, describeNative } from './programs.ts';

for (const libc of OTHER_LIBCS) {
  for (const isa of NATIVE_ISAS) describeNative(programsFor(libc, isa).filter(isAboutCreation), isa, libc);
}
describeArm(allPrograms().filter(isAboutCreation), 'armel');

const UNBUILT = OTHER_LIBCS.flatMap((libc) =>
  Object.entries(UNBUILDABLE[libc]).map(([name, why]) => ({ libc, name, why })),
);

describe('is left out with reason', () => {
  test.each(UNBUILT)('$libc cannot build $name: $why', async ({ libc, name }) => {
    for (const isa of NATIVE_ISAS) await expect(buildC(name, isa, libc)).rejects.toThrow('Command failed: gcc');
  });

  test.each(OTHER_LIBCS)('with %s only what there is', (libc) => {
    const names = allPrograms().map(([, name]) => name);
    const stale = [...Object.keys(UNBUILDABLE[libc]), ...Object.keys(LEFT_OUT[libc])].filter(
      (entry) => !names.some((name) => name === entry || (entry.endsWith('/') && name.startsWith(entry))),
    );
    expect(stale).toEqual([]);
  });
});
