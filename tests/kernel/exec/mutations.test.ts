/** Thousands of ELF files changed at random: never a crash, never a hang, and on x86 what the Linux beneath us does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NATIVE_ISAS } from '../../oracle/build.ts';
import { mutated } from './mutations.ts';
import { CandidateFolder, report } from './probe.ts';

const FILES = 1000;
const SEED = 20231114;

describe('an ELF file changed at random', () => {
  test.each(NATIVE_ISAS)('of %s meets the fate that native Linux has for it', async (isa) => {
    const candidates = fc.sample(mutated(isa), { numRuns: FILES, seed: SEED });
    const folder = new CandidateFolder(candidates);
    try {
      const found = report(candidates, await folder.runForkscope());
      expect(found).toEqual(report(candidates, await folder.runNative()));
    } finally {
      folder.remove();
    }
  });

  test('of arm ends in one way or another', async () => {
    const candidates = fc.sample(mutated('arm'), { numRuns: FILES, seed: SEED });
    const folder = new CandidateFolder(candidates);
    try {
      const found = await folder.runForkscope();
      expect(found).toHaveLength(candidates.length);
      expect(new Set(found)).toContain('ENOEXEC');
      expect(new Set(found)).toContain('Segmentation fault');
    } finally {
      folder.remove();
    }
  });
});
