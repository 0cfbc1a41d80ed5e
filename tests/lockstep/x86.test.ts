import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KNOWN } from './known.ts';
import { lockstep } from './lockstep.ts';
import { buildTracer, runNativeSync } from './native.ts';
import { classNames, generate } from './x86/generate.ts';

const INSTRUCTIONS = 1_000_000;
const TIMEOUT_MS = 600_000;

describe.each(['x86_64', 'i386'] as const)('the engine on %s and the real CPU', (isa) => {
  test(
    'agree after every instruction of a million',
    async () => {
      const { compared } = await lockstep(isa, 1, INSTRUCTIONS);
      expect(compared).toBeGreaterThanOrEqual(INSTRUCTIONS);
    },
    TIMEOUT_MS,
  );

  test('sequences of every class run for more than a few instructions', async () => {
    const tracer = await buildTracer();
    for (const name of classNames(isa)) {
      const lengths = Array.from({ length: 30 }, (_, i) => generate(isa, i + 1, name)[0])
        .filter((sequence) => sequence !== undefined)
        .map((sequence) => runNativeSync(tracer, sequence, 400).steps.length);
      expect({ name, long: Math.max(...lengths) > 8 }).toEqual({ name, long: true });
    }
  });
});

test('every known difference has a reason, a name of its own and a line in the docs', () => {
  const docs = readFileSync(new URL('../../docs/engine-differences.md', import.meta.url), 'utf8');
  expect(KNOWN.map(({ id }) => id).filter((id) => !docs.includes(id))).toEqual([]);
  expect(new Set(KNOWN.map(({ id }) => id)).size).toBe(KNOWN.length);
  expect(KNOWN.filter(({ why }) => why.length < 20)).toEqual([]);
});
