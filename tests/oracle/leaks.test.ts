/** The leak check has to be able to fail: it is asked in the middle of a run, and after it. */
import { expect, test } from 'vitest';
import { findGuest } from '../../asm/guests/guests.ts';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine } from '../../emulator/machine/machine.ts';
import { buildGuest } from './build-guest.ts';
import { machineOptions } from './forkscope.ts';
import { findLeaks } from './leaks.ts';

test.each(['i386', 'x86_64', 'arm'] as const)(
  'what %s processes hold is found while they live, and nothing after',
  async (isa) => {
    const guest = findGuest('vfork-exit-wait-loop', isa);
    if (guest === undefined) throw new Error(`no guest for ${isa}`);
    const path = await buildGuest(guest);
    const machine = createMachine({ ...machineOptions(path, ['200'], {}), console: createMemoryConsole() });
    try {
      expect(machine.run({ untilT: 1000 })).toBe('limit');
      const held = findLeaks(machine.kernel.state).join('\n');
      expect(held).toMatch(/^task \d+$/m);
      expect(held).toMatch(/frames in use/);
      expect(held).toMatch(/kernel stacks/);
      expect(held).toMatch(/open files/);
      expect(machine.run()).toBe('done');
      expect(findLeaks(machine.kernel.state)).toEqual([]);
    } finally {
      machine.close();
    }
  },
);
