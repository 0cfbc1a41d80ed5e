import { describe, expect, test } from 'vitest';
import { type Hunt, hunt } from './hunt.ts';

/** For slow and busy machines; an idle one takes seconds. */
const TIMEOUT_MS = 300_000;

/**
 * qemu-user's stub drops all translated code at each stop, so that it makes some 10,000 steps a second: some sequences are
 * stepped on both sides, most run from stop to stop. The engine itself is stepped and run in one go each time.
 */
const STEPPED = 10_000;
const MIXES: readonly [string, Hunt['shape']['mix']][] = [
  ['integer', { vfp: 0, neon: 0 }],
  ['floating-point', { vfp: 60, neon: 0 }],
  ['NEON', { vfp: 5, neon: 50 }],
];

describe.each([
  ['ARM', false],
  ['Thumb', true],
])('%s in lockstep with qemu-arm', (_, thumb) => {
  test.each(MIXES)(
    'every instruction of %s sequences leaves the same registers',
    async (_name, mix) => {
      const shape = { items: 40, passes: 2, mix };
      const { reports, instructions } = await hunt({ thumb, seed: 1, instructions: STEPPED, stepped: true, shape });
      expect(reports.join('\n')).toBe('');
      expect(instructions).toBeGreaterThanOrEqual(STEPPED);
    },
    TIMEOUT_MS,
  );

  test.each(MIXES)(
    '%s sequences end with the same registers and memory, and so do their faults',
    async (_name, mix) => {
      // Half of the encodings of NEON are UNDEFINED, and each is a stop.
      const whole = mix.neon > 0 ? 60_000 : 470_000;
      const shape = { items: 150, passes: 12, mix };
      const { reports, instructions } = await hunt({ thumb, seed: 1_000, instructions: whole, stepped: false, shape });
      expect(reports.join('\n')).toBe('');
      expect(instructions).toBeGreaterThanOrEqual(whole);
    },
    TIMEOUT_MS,
  );
});
