/** Broken and odd ELF files: forkscope does with each what the Linux beneath us does. */
import { describe, expect, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { NATIVE_ISAS } from '../../oracle/build.ts';
import { absurdFields, oddSegments, truncated } from './candidates.ts';
import { interpreted, interpreters } from './interpreters.ts';
import { type Candidate, CandidateFolder, type Fates, type Helpers, report } from './probe.ts';

const KINDS: readonly (readonly [string, (isa: IsaName) => Candidate[], (isa: IsaName) => Helpers])[] = [
  ['truncated anywhere in its headers', truncated, () => ({})],
  ['with an absurd value in one field', absurdFields, () => ({})],
  ['with an odd table of segments', oddSegments, () => ({})],
  ['with an interpreter', interpreted, interpreters],
];

async function inFolder<T>(candidates: Candidate[], helpers: Helpers, act: (folder: CandidateFolder) => Promise<T>) {
  const folder = new CandidateFolder(candidates, helpers);
  try {
    return await act(folder);
  } finally {
    folder.remove();
  }
}

describe.each(KINDS)('a file %s', (_, candidatesOf, helpersOf) => {
  test.each(NATIVE_ISAS)('of %s meets the fate that native Linux has for it', async (isa) => {
    const candidates = candidatesOf(isa);
    await inFolder(candidates, helpersOf(isa), async (folder) => {
      const found = report(candidates, await folder.runForkscope());
      expect(found).toEqual(report(candidates, await folder.runNative()));
    });
  });

  test('of arm is refused with the errno of its i386 likeness', async () => {
    const candidates = candidatesOf('arm');
    const found = await inFolder(candidates, helpersOf('arm'), (folder) => folder.runForkscope());
    const likeness = await inFolder(candidatesOf('i386'), helpersOf('i386'), (folder) => folder.runForkscope());
    expect(report(candidates, refusals(found))).toEqual(report(candidates, refusals(likeness)));
  });
});

/** Only what execve itself says. */
function refusals(fates: Fates): Fates {
  return fates.map((fate) => (/^E[A-Z]/.test(fate) ? fate : 'started'));
}
