/** exec picks the ISA by the ELF header: processes of several live on one machine. */

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine } from '../../emulator/machine/machine.ts';
import type { IsaName } from '../../kernel/ports.ts';
import { buildCFile } from './build.ts';
import { findLeaks } from './leaks.ts';

const SOURCE = fileURLToPath(new URL('./exec-chain.c', import.meta.url));
const SAYS: { readonly [isa in IsaName]: string } = {
  i386: 'words of 4 bytes, machine i686',
  x86_64: 'words of 8 bytes, machine x86_64',
  arm: 'words of 4 bytes, machine armv7l',
};

async function run(chain: readonly IsaName[]): Promise<{ lines: string[]; status: number | null; leaks: string[] }> {
  const programs = await Promise.all(chain.map((isa) => buildCFile(SOURCE, 'exec-chain', isa)));
  const console = createMemoryConsole();
  const machine = createMachine({
    ...{ program: programs[0] ?? '', argv: programs, env: [], cwd: '/', console },
    mounts: [...new Set(programs)].map((path) => ({ hostPath: path, guestPath: path })),
  });
  try {
    expect(machine.run({ untilT: 100_000_000 })).toBe('done');
    const lines = console.bytes(1).toString().trimEnd().split('\n');
    return { lines, status: machine.status, leaks: findLeaks(machine.kernel.state) };
  } finally {
    machine.close();
  }
}

test.each([
  [['x86_64', 'arm', 'i386']],
  [['arm', 'x86_64', 'arm', 'i386', 'x86_64']],
  [['i386', 'arm', 'arm', 'x86_64', 'i386']],
] as const)('%s: each is a vfork child of the one before', async (chain) => {
  const { lines, status, leaks } = await run(chain);
  const expected = chain.map(
    (isa, depth) => `${'  '.repeat(depth)}${chain.length - 1 - depth} arguments, ${SAYS[isa]}`,
  );
  expect({ lines, status, leaks }).toEqual({ lines: expected, status: (10 + chain.length - 1) << 8, leaks: [] });
});
