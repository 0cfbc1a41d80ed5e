import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createMemoryConsole } from '../../../emulator/machine/console.ts';
import { interruptForeground } from '../../../emulator/machine/console-events.ts';
import { createMachine, StartError } from '../../../emulator/machine/machine.ts';
import { ENOENT, ENOEXEC } from '../../../kernel/abi/errno.ts';
import { type Guest, startGuest, startSource } from '../../debugger/support.ts';

let guest: Guest | null = null;

afterEach(() => {
  guest?.machine.close();
  guest = null;
});

const LOOP = '.global _start\n_start:\n jmp _start\n';
const PAUSE = '.global _start\n_start:\n mov $29,%eax\n int $0x80\n jmp _start\n';

describe('machine.run', () => {
  test('runs to the end of every process', async () => {
    guest = await startGuest('child-printed-twice-fork', 'i386');
    expect(guest.machine.status).toBeNull();
    expect(guest.machine.run()).toBe('done');
    expect(guest.machine.status).toBe(0);
    expect(guest.console.bytes(1).toString()).toBe('-1\nchild proc:0\n0\n');
    expect(guest.machine.run()).toBe('done');
  });

  test('stops at exactly the t that was asked for', async () => {
    guest = await startSource(LOOP, 'i386');
    for (const untilT of [1, 2, 1000, 1001, 1_234_567]) {
      expect(guest.machine.run({ untilT })).toBe('limit');
      expect(guest.machine.t).toBe(untilT);
    }
  });

  test('gives the thread back after its slice of real time', async () => {
    guest = await startSource(LOOP, 'i386');
    expect(guest.machine.run({ sliceMs: 1 })).toBe('slice');
    expect(guest.machine.t).toBeGreaterThan(0);
  });

  test('is idle while all processes sleep, until a signal comes', async () => {
    guest = await startSource(PAUSE, 'i386');
    expect(guest.machine.run()).toBe('idle');
    interruptForeground(guest.machine);
    expect(guest.machine.run()).toBe('done');
    expect(guest.machine.status).toBe(2);
  });

  test('is the same for any length of the pieces', async () => {
    const outcomes: unknown[] = [];
    for (const piece of [1, 7, 100, 1_000_000]) {
      guest = await startGuest('child-printed-twice-fork', 'x86_64', { quantum: 50 });
      while (guest.machine.run({ untilT: guest.machine.t + piece }) === 'limit');
      outcomes.push([guest.machine.t, guest.machine.status, guest.console.bytes().toString()]);
      guest.machine.close();
    }
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
  });
});

describe('createMachine', () => {
  const options = { argv: ['x'], env: [], cwd: '/', console: createMemoryConsole(), memoryBytes: 16 * 1024 ** 2 };

  test('throws the errno of execve when the program cannot be started', () => {
    const start = (program: string, hostPath: string) => () =>
      createMachine({ ...options, program, mounts: [{ hostPath, guestPath: '/x' }] });
    const errnoOf = (act: () => unknown): number => {
      try {
        act();
      } catch (error) {
        if (error instanceof StartError) return error.errno;
        throw error;
      }
      return 0;
    };
    expect(errnoOf(start('/nowhere', '/bin/sh'))).toBe(-ENOENT);
    const script = fileURLToPath(new URL('../../../scripts/test/run.sh', import.meta.url));
    expect([-ENOEXEC, -ENOENT]).toContain(errnoOf(start('/x', script)));
  });

  test('takes no descriptor of the host with it when it fails', () => {
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) {
      expect(() =>
        createMachine({ ...options, program: '/nowhere', mounts: [{ hostPath: '/bin', guestPath: '/bin' }] }),
      ).toThrow();
    }
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  test('machines do not share anything', async () => {
    const one = await startGuest('vfork-step', 'i386');
    const two = await startGuest('child-printed-twice', 'i386');
    while (one.machine.run({ untilT: one.machine.t + 10 }) === 'limit') two.machine.run({ untilT: two.machine.t + 10 });
    two.machine.run();
    expect(one.console.bytes().toString()).toBe('child: vfork returned 0\nparent: wait status 0\n');
    expect(two.console.bytes().toString()).toBe('child proc:0\n0\nchild proc:0\n');
    one.machine.close();
    two.machine.close();
  });
});
