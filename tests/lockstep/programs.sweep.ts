/** Longer runs of real programs in lockstep. */
import { describe, expect, test } from 'vitest';
import { LONG_SCRIPTS, printedNatively, runGuest } from './program/programs.ts';

const TIMEOUT_MS = 3_600_000;

describe.each(['x86_64', 'i386'] as const)('on %s, the real CPU and the engine agree from start to end of', (isa) => {
  test.each(LONG_SCRIPTS)(
    '$title',
    async ({ name, args }) => {
      const { status, output } = await runGuest(isa, name, args);
      expect({ status, output }).toEqual({ status: 0, output: printedNatively(isa, name, args) });
    },
    TIMEOUT_MS,
  );
});
