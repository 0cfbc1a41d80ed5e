/**
 * Programs for machines without an MMU: the same ARM binaries print here what a real Linux without an MMU made of them,
 * and their facts that are not ARM's hold for i386 and x86-64. `make nommu-oracle` asks that Linux again.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { buildNommu, type Format, type NommuProgram, nommuPrograms } from './nommu/build.ts';
import { answerOf, askLinux } from './nommu/expected.ts';

const PROGRAMS = nommuPrograms();
const RUN = { env: { GUEST: 'yes' }, cwd: '/', noMmu: true };

beforeAll(async () => {
  if (process.env.NOMMU_ORACLE) await askLinux(PROGRAMS);
}, 600_000);

/** [sentence, name, format] for the titles. */
function cases(programs: readonly NommuProgram[]): [string, string, Format][] {
  return programs.flatMap(({ sentence, name, formats }) =>
    formats.map((format): [string, string, Format] => [sentence, name, format]),
  );
}

describe('ARM as Linux without an MMU does it', () => {
  test.each(cases(PROGRAMS))('%s (%s, %s)', async (_sentence, name, format) => {
    const path = await buildNommu(name, 'arm', format);
    expect(show(runForkscope(path, [], RUN))).toEqual(answerOf(name, format));
  });
});

/** The auxiliary vector of a PIE names what is ARM's: no platform, no vDSO. */
const ARM_ONLY = new Set(['pie-entry']);

describe.each(['i386', 'x86_64'] as const)('%s as Linux without an MMU does it on ARM', (isa) => {
  const portable = PROGRAMS.filter(({ name, formats }) => formats.includes('pie') && !ARM_ONLY.has(name));
  test.each(cases(portable).filter(([, , format]) => format === 'pie'))('%s (%s)', async (_sentence, name) => {
    const path = await buildNommu(name, isa, 'pie');
    expect(show(runForkscope(path, [], RUN))).toEqual(answerOf(name, 'pie'));
  });
});
