/** Every program of tests/guests, on one ISA each; on all of them, and from more instants, in the sweep. */
import { describe, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { allPrograms } from '../../oracle/programs.ts';
import { goBackAndForth } from './back-and-forth.ts';
import { makerOf } from './programs.ts';

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];
const PROGRAMS = allPrograms().map(([, name], i) => ({ name, isa: ISAS[i % ISAS.length] ?? 'i386' }));

describe('the same at every system call, run twice and from any instant', () => {
  test.each(PROGRAMS)('$name of $isa', async ({ name, isa }) => goBackAndForth(await makerOf(name, isa), 1));
});
