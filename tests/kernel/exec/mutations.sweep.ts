/** Many more ELF files changed at random, other ones in every run. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NATIVE_ISAS } from '../../oracle/build.ts';
import { mutated } from './mutations.ts';
import { CandidateFolder, report } from './probe.ts';

const ROUNDS = 8;
const FILES = 4000;

describe.each(Array.from({ length: ROUNDS }, (_, round) => (Date.now() + round) % 2 ** 31))('with seed %i', (seed) => {
  test.each(NATIVE_ISAS)(
    'ELF files of %s changed at random meet the fates that native Linux has for them',
    async (isa) => {
      const candidates = fc.sample(mutated(isa), { numRuns: FILES, seed });
      const folder = new CandidateFolder(candidates);
      try {
        const found = report(candidates, await folder.runForkscope());
        expect(found).toEqual(report(candidates, await folder.runNative()));
      } finally {
        folder.remove();
      }
    },
  );

  test('ELF files of arm changed at random end in one way or another', async () => {
    const candidates = fc.sample(mutated('arm'), { numRuns: FILES, seed });
    const folder = new CandidateFolder(candidates);
    try {
      expect(await folder.runForkscope()).toHaveLength(FILES);
    } finally {
      folder.remove();
    }
  });
});
