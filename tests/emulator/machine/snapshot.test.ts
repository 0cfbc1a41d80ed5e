import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Machine } from '../../../emulator/machine/machine.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { startSource } from '../../debugger/support.ts';
import { type Started, startC, startShell } from './programs.ts';

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];
const PROGRAMS = [
  'guests/vfork-nested',
  'guests/fork-tree',
  'guests/vfork-legal-uses',
  'signal/nesting',
  'signal/timers',
  'threads/pi-mutex',
  'threads/exec-keeps',
  'threads/futex-queues',
];

let started: Started | null = null;

afterEach(() => {
  started?.machine.close();
  started = null;
});

/** Run to the end, or to `untilT`, in pieces that `pieces` gives in turn; what `see` says after each system call is begun. */
function runOn<T>(machine: Machine, pieces: readonly number[], see: () => T, untilT = Infinity): T[] {
  const seen: T[] = [];
  let entered = false;
  machine.kernel.trace = {
    event: ({ kind }) => {
      entered ||= kind === 'syscall-enter';
    },
  };
  for (let i = 0; machine.t < untilT; i++) {
    const next = machine.next();
    if (next.kind !== 'run') break;
    machine.execute(next.task, Math.min(next.budget, pieces[i % pieces.length] ?? 1, untilT - machine.t));
    if (entered) seen.push(see());
    entered = false;
  }
  machine.kernel.trace = null;
  return seen;
}

const WHOLE = [Number.MAX_SAFE_INTEGER];

/** Stop at a few instants, go back to them in any order, and run on each time in other pieces. */
function goBackAndForth({ machine, console }: Started): void {
  const begin = machine.snapshot();
  const look = (): string => `${machine.t} ${machine.hash()}`;
  const reference = runOn(machine, WHOLE, look);
  const end = { t: machine.t, hash: machine.hash(), status: machine.status, output: console.bytes().toString() };
  expect(end.status).not.toBeNull();
  const instants = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 });
  const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.constant(1e6)), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(instants, pieces, fc.nat(), (parts, pieces, order) => {
      machine.restore(begin);
      const snapshots = parts
        .map((part) => Math.floor(begin.t + part * (end.t - begin.t)))
        .sort((a, b) => a - b)
        .map((untilT) => {
          machine.run({ untilT });
          return { snapshot: machine.snapshot(), hash: machine.hash() };
        });
      const [chosen] = snapshots.splice(order % snapshots.length, 1);
      if (!chosen) throw new Error('no snapshot');
      machine.restore(chosen.snapshot);
      expect(machine.hash()).toBe(chosen.hash);
      const seen = runOn(machine, pieces, look);
      expect(seen).toEqual(reference.slice(reference.length - seen.length));
      expect({
        t: machine.t,
        hash: machine.hash(),
        status: machine.status,
        output: console.bytes().toString(),
      }).toEqual(end);
      for (const { snapshot } of [chosen, ...snapshots]) snapshot.release();
    }),
    { numRuns: 4 },
  );
  begin.release();
}

describe.each(ISAS)('a machine with programs of %s', (isa) => {
  test('a shell goes on from any instant as it did, at every system call', () => {
    started = startShell(isa);
    goBackAndForth(started);
  });

  test.each(PROGRAMS)('%s goes on from any instant as it did, at every system call', async (name) => {
    started = await startC(name, isa);
    goBackAndForth(started);
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
