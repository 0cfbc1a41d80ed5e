import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { copyBytes, storeBytes, storePair, storeWord, zeroBytes, zeroFrame } from '../../../kernel/mm/phys.ts';
import type { Kernel } from '../../../kernel/state.ts';
import { testKernel } from '../support.ts';

const KERNEL = fileURLToPath(new URL('../../../kernel/', import.meta.url));

/** An assignment to an element of RAM, or a method that writes it. */
const STORE = /\bu(8|32)(\[[^\]]*\]( \?\?)?\s*[-+|&^]?=[^=]|\.(set|fill|copyWithin)\()/;

test('the kernel stores into RAM in phys.ts only', () => {
  const found = readdirSync(KERNEL, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => STORE.test(readFileSync(join(KERNEL, file), 'utf8')));
  expect(found).toEqual(['mm/phys.ts']);
});

test.each<[string, (k: Kernel) => void]>([
  ['storeBytes', (k) => storeBytes(k, 0x5ffc, Uint8Array.of(1, 2, 3, 4))],
  ['zeroBytes', (k) => zeroBytes(k, 0x5010, 4)],
  ['copyBytes', (k) => copyBytes(k, 0x5000, 0x2000, 4096)],
  ['storeWord', (k) => storeWord(k, 0x5ffc / 4, 7)],
  ['storePair', (k) => storePair(k, 0x5ff8 / 4, 7, 8)],
  ['zeroFrame', (k) => zeroFrame(k, 5)],
])('%s marks its frame and no other', (_name, store) => {
  const k = testKernel();
  k.ram.u8.fill(9, 0x5000, 0x6000);
  const before = k.ram.u8.slice();
  k.ram.dirty.fill(0);
  store(k);
  expect([...k.ram.dirty.keys()].filter((frame) => k.ram.dirty[frame])).toEqual([5]);
  k.ram.u8.copyWithin(0x5000, 0x3000, 0x4000);
  before.fill(0, 0x5000, 0x6000);
  expect(Buffer.compare(k.ram.u8, before)).toBe(0);
});

test('a store into a frame with translated code drops it', () => {
  const k = testKernel();
  k.ram.hasCode[5] = 1;
  const ram = k.ram as typeof k.ram & { invalidated: number };
  storeBytes(k, 0x6000, Uint8Array.of(1));
  expect(ram.invalidated).toBe(0);
  storeBytes(k, 0x5000, Uint8Array.of(1));
  expect(ram.invalidated).toBe(1);
});
