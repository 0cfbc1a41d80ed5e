import { afterEach, describe, expect, test } from 'vitest';
import type { IsaName } from '../../../kernel/ports.ts';
import { startSource } from '../../debugger/support.ts';
import { goBackAndForth, runOn } from './back-and-forth.ts';
import { type Started, startShell } from './programs.ts';

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];
let started: Started | null = null;

afterEach(() => {
  started?.machine.close();
  started = null;
});

const WHOLE = [Number.MAX_SAFE_INTEGER];

describe.each(ISAS)('a machine with programs of %s', (isa) => {
  test('a shell goes on from any instant as it did, at every system call', () => {
    goBackAndForth(() => startShell(isa), 4);
  });

  test('every frame that the kernel or the guest writes is marked', () => {
    started = startShell(isa);
    const { machine } = started;
    let calls = 0;
    machine.hash();
    runOn(machine, WHOLE, () => {
      if (calls++ % 25 !== 0) return;
      expect(machine.ram.unmarkedFrame()).toBe(-1);
      machine.hash();
    });
    expect(calls).toBeGreaterThan(100);
    expect(machine.ram.unmarkedFrame()).toBe(-1);
  });
});

describe('machine.snapshot', () => {
  const TWO_ZOMBIES =
    '.global _start\n_start:\n mov $2, %eax\n int $0x80\n test %eax, %eax\n je 1f\n' +
    ' mov $2, %eax\n int $0x80\n test %eax, %eax\n je 1f\n2: mov $158, %eax\n int $0x80\n jmp 2b\n' +
    '1: mov $1, %eax\n xor %ebx, %ebx\n int $0x80\n';
  const COUNT = '.global _start\n_start:\n add $1, %eax\n push %eax\n pop %ebx\n jmp _start\n';

  test('costs what has changed: a loop on its stack copies a handful of pages, whatever the machine holds', async () => {
    started = await startSource(COUNT, 'i386');
    const { machine } = started;
    machine.run({ untilT: 1000 });
    machine.snapshot();
    machine.run({ untilT: 2000 });
    expect(machine.snapshot().copiedPages).toBeLessThanOrEqual(3);
    expect(machine.snapshot().copiedPages).toBe(0);
  });

  test('a thousand snapshots alive are each what they were', async () => {
    started = await startSource(COUNT, 'i386');
    const { machine } = started;
    const taken = Array.from({ length: 1000 }, (_, i) => {
      machine.run({ untilT: i * 3 + 1 });
      return { snapshot: machine.snapshot(), hash: machine.hash() };
    });
    for (let i = 0; i < 1000; i += 7) {
      const { snapshot, hash } = taken[(i * 617) % 1000] ?? taken[0] ?? expect.fail();
      machine.restore(snapshot);
      expect([machine.t, machine.hash()]).toEqual([snapshot.t, hash]);
    }
    for (const { snapshot } of taken) snapshot.release();
  });

  test('a process that ended before it and one that ends after it are as alike as without it', async () => {
    started = await startSource(TWO_ZOMBIES, 'i386');
    const { machine } = started;
    const zombies = (): number =>
      [...machine.kernel.state.tasks.values()].filter(({ state }) => state === 'zombie').length;
    const runUntil = (count: number): void => {
      while (zombies() < count) machine.run({ untilT: machine.t + 1 });
    };
    runUntil(1);
    const snapshot = machine.snapshot();
    runUntil(2);
    const { t } = machine;
    const hash = machine.hash();
    machine.restore(snapshot);
    machine.run({ untilT: t });
    expect([zombies(), machine.hash()]).toEqual([2, hash]);
  });

  test('input that was read after it is read again, output written after it is gone', () => {
    started = startShell('x86_64', 'read a; echo $a; read b; echo $b');
    const { machine, console } = started;
    runOn(machine, [100], () => null, machine.t + 1);
    while (console.bytes().length === 0) machine.run({ untilT: machine.t + 50 });
    const snapshot = machine.snapshot();
    expect(snapshot.console.outputBytes).toBe(4);
    machine.run();
    expect(console.bytes().toString()).toBe('one\ntwo\n');
    machine.restore(snapshot);
    expect(console.bytes().toString()).toBe('one\n');
    machine.run();
    expect(console.bytes().toString()).toBe('one\ntwo\n');
  });

  test('is refused by another machine, and once it is released', async () => {
    started = await startSource(COUNT, 'i386');
    const other = await startSource(COUNT, 'i386');
    const snapshot = started.machine.snapshot();
    expect(() => other.machine.restore(snapshot)).toThrow('the snapshot is released, or of another machine');
    snapshot.release();
    snapshot.release();
    expect(() => started?.machine.restore(snapshot)).toThrow(TypeError);
    other.machine.close();
  });
});

describe('machine.hash', () => {
  const ADD = '.global _start\n_start:\n add $1, %eax\n jmp _start\n';

  test('is that of another machine in the same state', () => {
    started = startShell('x86_64');
    const other = startShell('x86_64');
    for (let untilT = 1; untilT < 40_000; untilT += 1013) {
      started.machine.run({ untilT });
      if (untilT % 3 === 0) started.machine.restore(started.machine.snapshot());
    }
    other.machine.run({ untilT: started.machine.t });
    expect(started.machine.hash()).toBe(other.machine.hash());
    other.machine.close();
  });

  test('is another one after every instruction', async () => {
    started = await startSource(ADD, 'i386');
    const seen = new Set<string>();
    for (let untilT = 1; untilT < 50; untilT++) {
      started.machine.run({ untilT });
      seen.add(started.machine.hash());
    }
    expect(seen.size).toBe(49);
  });

  test('does not change what runs', () => {
    started = startShell('i386');
    const plain = startShell('i386');
    runOn(started.machine, [777], () => started?.machine.hash());
    plain.machine.run();
    expect([started.machine.t, started.machine.hash()]).toEqual([plain.machine.t, plain.machine.hash()]);
    plain.machine.close();
  });
});
