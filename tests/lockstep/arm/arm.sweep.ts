import { describe, expect, test } from 'vitest';
import { hunt } from './hunt.ts';

const mix = { vfp: 15, neon: 10 };
const MINUTES = 60;

describe.each([
  ['ARM', false],
  ['Thumb', true],
])('%s in lockstep with qemu-arm, more of it', (_, thumb) => {
  test.each([10_000, 20_000, 30_000])(
    'stepped sequences from seed %i on',
    async (seed) => {
      const shape = { items: 60, passes: 2, mix };
      const { reports } = await hunt({ thumb, seed, instructions: 300_000, stepped: true, shape });
      expect(reports.join('\n')).toBe('');
    },
    MINUTES * 60_000,
  );

  test.each([40_000, 50_000, 60_000, 70_000])(
    'sequences in one go from seed %i on',
    async (seed) => {
      const shape = { items: 200, passes: 14, mix };
      const { reports } = await hunt({ thumb, seed, instructions: 3_000_000, stepped: false, shape });
      expect(reports.join('\n')).toBe('');
    },
    MINUTES * 60_000,
  );
});
