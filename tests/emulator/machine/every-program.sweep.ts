/** Every program of tests/guests on every ISA, from many instants. */
import { describe, test } from 'vitest';
import { allPrograms } from '../../oracle/programs.ts';
import { goBackAndForth } from './back-and-forth.ts';
import { makerOf } from './programs.ts';

describe.each(['i386', 'x86_64', 'arm'] as const)('of %s the same at every system call, from any instant', (isa) => {
  test.each(allPrograms())('%s (%s)', async (_sentence, name) => goBackAndForth(await makerOf(name, isa), 10));
});
