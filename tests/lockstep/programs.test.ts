/** Real programs from start to end: every register after every instruction, and memory at every system call. */
import { describe, expect, test } from 'vitest';
import { GUEST_NAMES, runGuest, SCRIPTS } from './program/programs.ts';

const TIMEOUT_MS = 300_000;
const INSTRUCTIONS = 100_000;
const ISAS = ['x86_64', 'i386'] as const;

describe.each(ISAS)('on %s, the real CPU and the engine agree from start to end of', (isa) => {
  test.each(GUEST_NAMES)(
    '%s',
    async (name) => {
      const { args, expected } = SCRIPTS[name];
      const { compared, status, output } = await runGuest(isa, name, args);
      expect({ status, output }).toEqual({ status: 0, output: expected });
      expect(compared).toBeGreaterThanOrEqual(INSTRUCTIONS);
    },
    TIMEOUT_MS,
  );
});
