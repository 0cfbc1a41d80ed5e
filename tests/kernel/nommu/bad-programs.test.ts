/** Broken programs on a machine without MMU: they are refused, or die, or run; none is an exception of ours, and none hangs. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StartError } from '../../../emulator/machine/machine.ts';
import { E2BIG, ENOEXEC, ENOMEM } from '../../../kernel/abi/errno.ts';
import { findLeaks } from '../../oracle/leaks.ts';
import { buildNommu } from '../../oracle/nommu/build.ts';
import { pieGuest, start } from './support.ts';

const FLAT = readFileSync(await buildNommu('vfork-order', 'arm', 'flat'));
const GOT = readFileSync(await buildNommu('flat-got', 'arm', 'flat'));
const FDPIC = readFileSync(await buildNommu('fdpic-vfork', 'arm', 'fdpic'));
const PIE = readFileSync(await buildNommu('vfork-order', 'x86_64', 'pie'));
const ELF_TYPE = 16;
const LIMIT = 100_000;

/** The errno of a program that was refused, else 0 when it has run for a while. */
function attempt(program: Uint8Array, argv?: readonly string[]): number {
  try {
    const { machine } = start(program, argv);
    try {
      if (machine.run({ untilT: LIMIT }) === 'done') expect(findLeaks(machine.kernel.state)).toEqual([]);
      return 0;
    } finally {
      machine.close();
    }
  } catch (error) {
    if (error instanceof StartError) return -error.errno;
    throw error;
  }
}

/** The program with bytes of its first `within` replaced. */
function broken(program: Uint8Array, within: number): fc.Arbitrary<Uint8Array> {
  const byte = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff);
  const change = fc.tuple(fc.nat(within - 1), fc.oneof(byte, fc.nat(255)));
  return fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) => {
    const copy = Uint8Array.from(program);
    for (const [at, value] of changes) copy[at] = value;
    return copy;
  });
}

describe('a program whose header is broken', () => {
  test.each([
    ['bFLT', FLAT, 64],
    ['bFLT with a table of addresses', GOT, 64],
    ['FDPIC', FDPIC, 52 + 32 * 4],
    ['PIE', PIE, 64 + 56 * 6],
  ])('is no trouble: %s', (_format, program, headerBytes) => {
    fc.assert(
      fc.property(broken(program, headerBytes), (bytes) => {
        attempt(bytes);
      }),
      { numRuns: 25 },
    );
  });

  test('is no trouble where it is cut off', () => {
    for (const program of [FLAT, GOT, FDPIC, PIE]) {
      for (const lenBytes of [0, 4, 8, 40, 63, 64, 65, 100, program.length - 1]) attempt(program.subarray(0, lenBytes));
    }
  });
});

describe('execve', () => {
  const flat = (index: number, value: number): Uint8Array => {
    const copy = Uint8Array.from(FLAT);
    new DataView(copy.buffer).setUint32(4 * index, value);
    return copy;
  };

  test('refuses a bFLT program of another version, of impossible lengths, and a compressed one', () => {
    expect(attempt(flat(1, 3))).toBe(ENOEXEC);
    expect(attempt(flat(6, 2 ** 28))).toBe(ENOEXEC);
    expect(attempt(flat(8, 2 ** 27))).toBe(ENOEXEC);
    expect(attempt(flat(9, 4))).toBe(ENOEXEC);
    expect(attempt(flat(9, 8))).toBe(ENOEXEC);
  });

  test('refuses a program with a fixed address, and takes the same program when it says that it can be moved', async () => {
    const guest = await pieGuest('vfork-step', 'i386');
    expect(attempt(guest)).toBe(0);
    guest[ELF_TYPE] = 2;
    expect(attempt(guest)).toBe(ENOEXEC);
  });

  test('kills a program that asks for more memory than there is in one piece', () => {
    const { machine } = start(flat(6, 6 << 20));
    expect(machine.run()).toBe('done');
    expect(machine.status).toBe(11);
    expect(findLeaks(machine.kernel.state)).toEqual([]);
    machine.close();
  });

  test('keeps arguments in 32 pages until they are on the stack', () => {
    expect(attempt(FLAT, ['guest', 'x'.repeat(120_000)])).toBe(0);
    expect(attempt(FLAT, ['guest', 'x'.repeat(120_000), 'y'.repeat(12_000)])).toBe(E2BIG);
  });

  test('needs program headers of the size that the ISA has', () => {
    const copy = Uint8Array.from(PIE);
    copy[54] = 57;
    expect(attempt(copy)).toBe(ENOMEM);
  });
});
