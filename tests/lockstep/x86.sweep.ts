import { describe, expect, test } from 'vitest';
import { lockstep } from './lockstep.ts';

/** Each part is a test of its own, so that a failure tells where to start again. */
const PARTS = 25;
const INSTRUCTIONS = 2_000_000;
const SEEDS_APART = 10_000_000;
const TIMEOUT_MS = 3_600_000;

describe.each(['x86_64', 'i386'] as const)('a hundred million instructions, half of them on %s', (isa) => {
  test.each(Array.from({ length: PARTS }, (_, part) => 0x8000_0000 + part * SEEDS_APART))(
    'from seed %i on the engine and the real CPU agree',
    async (seed) => {
      const { compared } = await lockstep(isa, seed, INSTRUCTIONS, { fast: true });
      expect(compared).toBeGreaterThanOrEqual(INSTRUCTIONS);
    },
    TIMEOUT_MS,
  );
});
