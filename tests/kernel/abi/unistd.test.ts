import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { syscallName, syscallNames, syscallNumbers } from '../../../kernel/abi/unistd.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { SYSCALLS } from '../../../kernel/syscalls/table.ts';

const HEADERS = { i386: '/usr/include/asm/unistd_32.h', x86_64: '/usr/include/asm/unistd_64.h' } as const;

describe.each(['i386', 'x86_64'] as const)('names of system calls on %s', (isa) => {
  const header = HEADERS[isa];
  const there = existsSync(header);
  it.skipIf(!there)(`all of the header's numbers are ours${there ? '' : ' (linux-libc-dev is not installed)'}`, () => {
    const theirs = [...readFileSync(header, 'utf8').matchAll(/#define __NR_(\w+) (\d+)/g)].map(
      ([, name, nr]) => `${name} ${nr}`,
    );
    const ours = syscallNames().flatMap((name) => {
      const nr = syscallNumbers(name)?.[isa];
      return nr === undefined ? [] : [`${name} ${nr}`];
    });
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  });
});

describe('names of system calls', () => {
  it('the private calls of ARM have names', () => {
    expect([1, 2, 5, 6].map((n) => syscallName('arm', 0xf0000 + n))).toEqual([
      'breakpoint',
      'cacheflush',
      'set_tls',
      'get_tls',
    ]);
  });

  it('a number that Linux does not have has no name', () => {
    expect(syscallName('x86_64', 5000)).toBeUndefined();
    expect(syscallNumbers('nonsense')).toBeUndefined();
  });

  it('numbers of ARM are those of unistd-eabi.h', () => {
    const known: readonly [string, number][] = [
      ['fork', 2],
      ['clone', 120],
      ['vfork', 190],
      ['mmap2', 192],
      ['exit_group', 248],
      ['clone3', 435],
    ];
    expect(known.map(([name]) => [name, syscallNumbers(name)?.arm])).toEqual(known);
  });
});

describe('the table of system calls', () => {
  it('every row has a name and numbers that Linux 6.1 knows', () => {
    const wrong = SYSCALLS.flatMap(({ name, nr }) =>
      (Object.entries(nr) as [IsaName, number][])
        .filter(([isa, number]) => syscallName(isa, number) !== name)
        .map(([isa, number]) => `${name}: ${number} on ${isa} is ${syscallName(isa, number)}`),
    );
    expect(wrong).toEqual([]);
    expect(SYSCALLS.length).toBeGreaterThan(50);
  });
});
