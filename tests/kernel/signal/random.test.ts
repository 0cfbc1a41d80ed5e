import { describe, expect, test } from 'vitest';
import { randomBytes, randomU32, seedRandom } from '../../../kernel/random.ts';
import { testKernel } from '../support.ts';

describe('the generator', () => {
  test("gives the reference implementation's numbers for the state 1 2 3 4", () => {
    const k = testKernel();
    k.state.random = Uint32Array.of(1, 2, 3, 4);
    const numbers = Array.from({ length: 10 }, () => randomU32(k));
    const reference = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(numbers).toEqual(reference);
  });

  test('gives the same bytes for the same seed and others for another', () => {
    const bytes = (seed: number): number[] => [...randomBytes(testKernel(16 << 20, { entropy: { seed } }), 33)];
    expect(bytes(5)).toEqual(bytes(5));
    expect(bytes(5)).not.toEqual(bytes(6));
  });

  test('never starts from the state that stays zero', () => {
    for (const seed of [0, 1, -1, 0x61c8_8647, 2 ** 31]) expect(seedRandom(seed).some((word) => word !== 0)).toBe(true);
  });
});
