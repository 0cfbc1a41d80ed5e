import { describe, expect, test } from 'vitest';
import { RANDOM_GUESTS, RandomGuest } from './random-guest.ts';

const LONGEST = 200;

describe.each(RANDOM_GUESTS)('random code on %s', (name, isa) => {
  test('a run ends as stepping does, in the same state, and so does every shorter one', () => {
    const guest = new RandomGuest(name, isa);
    let total = 0;
    for (let seed = 1; seed <= 400; seed++) {
      guest.reset(seed);
      const whole = guest.machine.run(LONGEST);
      const end = { ...whole, seed, ...(guest.state() as object) };
      total += whole.retired;

      guest.reset(seed);
      const half = Math.ceil(whole.retired / 2);
      let middle: unknown = guest.state();
      let exit = { ...whole, kind: 0, retired: 0 };
      let retired = 0;
      while (exit.kind === 0 && retired < LONGEST) {
        exit = guest.machine.run(1);
        retired += exit.retired;
        if (retired === half && exit.kind === 0) middle = guest.state();
      }
      expect({ ...exit, retired, seed, ...(guest.state() as object) }).toEqual(end);

      if (half > 0 && half < whole.retired) {
        guest.reset(seed);
        expect(guest.machine.run(half).retired).toBe(half);
        expect({ seed, ...(guest.state() as object) }).toEqual({ seed, ...(middle as object) });
      }
    }
    expect(total).toBeGreaterThan(200);
  });
});
