import { describe, expect, test } from 'vitest';
import { syscallNumbers } from '../../../kernel/abi/unistd.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { IDS_ROWS } from '../../../kernel/syscalls/ids.ts';
import { MISC_ROWS } from '../../../kernel/syscalls/misc.ts';
import { RANDOM_ROWS } from '../../../kernel/syscalls/random.ts';
import { SIGNAL_ROWS } from '../../../kernel/syscalls/signal.ts';
import { TIME_ROWS } from '../../../kernel/syscalls/time.ts';

const ROWS = [...SIGNAL_ROWS, ...TIME_ROWS, ...IDS_ROWS, ...MISC_ROWS, ...RANDOM_ROWS];

describe('rows of signals, time, ids and settings', () => {
  test.each(ROWS.map((row) => [row.name, row] as const))("%s has Linux's numbers on all three ISAs", (name, row) => {
    const numbers = syscallNumbers(name);
    for (const isa of ['i386', 'x86_64', 'arm'] satisfies IsaName[]) expect(row.nr[isa]).toBe(numbers?.[isa]);
  });
});
