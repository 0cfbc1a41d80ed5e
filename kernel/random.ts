import type { Kernel } from './state.ts';

/**
 * Everything random in the machine: xoshiro128** (Blackman and Vigna, 2018) over `state.random`, so that a seed gives the same
 * bytes on every run. It is no source of secrets.
 */

/** State of the generator for a seed: four words of splitmix32's output, never all zero. */
export function seedRandom(seed: number): Uint32Array {
  const state = new Uint32Array(4);
  let x = seed >>> 0;
  for (let i = 0; i < state.length; i++) {
    x = (x + 0x9e37_79b9) >>> 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
    state[i] = z ^ (z >>> 16);
  }
  return state;
}

function rotl(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** The next 32 bits, unsigned. */
export function randomU32(k: Kernel): number {
  const s = k.state.random;
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = s;
  const result = Math.imul(rotl(Math.imul(s1, 5), 7), 9) >>> 0;
  const a2 = s2 ^ s0;
  const a3 = s3 ^ s1;
  s[1] = s1 ^ a2;
  s[0] = s0 ^ a3;
  s[2] = a2 ^ (s1 << 9);
  s[3] = rotl(a3, 11);
  return result;
}

export function randomBytes(k: Kernel, lenBytes: number): Uint8Array {
  const bytes = new Uint8Array(lenBytes);
  for (let i = 0; i < lenBytes; i += 4) {
    const word = randomU32(k);
    for (let j = 0; j < 4 && i + j < lenBytes; j++) bytes[i + j] = word >>> (j * 8);
  }
  return bytes;
}
