import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Disassembler, loadDisassembler } from '../../../asm/index.ts';
import type { History } from '../../../debugger/history/index.ts';
import { type AnyPoint, pcOf, Session, type Stop, spOf } from '../../../debugger/session/index.ts';
import { type IsaName, WATCH } from '../../../kernel/ports.ts';
import { buildC } from '../../oracle/build.ts';
import { guestPath, start, startGuest } from './support.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];
const breathe = async (): Promise<boolean> => true;

let disassembler: Disassembler;

beforeAll(async () => {
  disassembler = await loadDisassembler();
});

const POINT = { text: '', enabled: true, temporary: false, hits: 0, condition: null, ignore: 0 } as const;

/** What has been seen of each instant on the way forward: the machine's hash, who runs next and from where. */
interface Instant {
  readonly hash: string;
  readonly pid: number;
  readonly pc: number;
}

/** A step at a time, at most `steps`. */
function walk(one: History, steps: number): Map<number, Instant> {
  const seen = new Map<number, Instant>();
  const { kernel } = one.machine;
  for (let i = 0; i <= steps; i++) {
    const task = one.next();
    seen.set(one.t, { hash: one.machine.hash(), pid: task?.pid ?? 0, pc: task ? pcOf(kernel, task) : 0 });
    if (one.advance({ untilT: one.t + 1 }) !== 'limit') break;
  }
  return seen;
}

/** Every instant of the walk again, backwards. */
function expectSame(one: History, seen: ReadonlyMap<number, Instant>): void {
  for (const [t, { hash }] of [...seen].reverse()) {
    one.seek(t);
    expect(one.machine.hash(), `t=${t}`).toBe(hash);
  }
}

/** Guests of the kernel's tests: what each does beside running. */
const GUESTS = [
  'fork-tree',
  'threads/signal-to-thread',
  'vfork-parent-signals-deferred',
  'exec-keeps-and-resets',
  'clone-vm-runs-on',
  'vfork-nested',
  'vfork-released-by-signal',
];

describe.each(ISAS)('reverse of everything, %s', (isa) => {
  test.each(GUESTS)('N steps of %s and back are the same instants', async (name) => {
    const one = start(await buildC(name, isa), [name]);
    // From somewhere in the middle, where its own code runs.
    expect(one.advance()).not.toBe('unknown');
    const { end } = one;
    for (const part of [0.3, 0.97]) {
      one.seek(Math.floor(end * part));
      const seen = walk(one, 40);
      expectSame(one, seen);
    }
  });

  test('breakpoints, backwards, stop where a scan of all instants finds them', async () => {
    const one = await startGuest('child-printed-twice', isa);
    const seen = [...walk(one, 2000)];
    const end = one.t;
    const session = new Session(one, disassembler);
    const addresses = [...new Set(seen.map(([, { pc }]) => pc))];
    const property = fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...addresses), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: end }),
      fc.boolean(),
      async (wanted, from, forward) => {
        session.points.length = 0;
        for (const address of wanted) {
          session.add((id) => ({ ...POINT, id, kind: 'breakpoint' as const, isa, address, program: null }));
        }
        one.seek(from);
        // A process that is killed stops too.
        let stop: Stop;
        do stop = await session.resume(forward ? 'forward' : 'back', breathe);
        while (stop.kind === 'caught');
        const model = seen.filter(([t, { pc }]) => wanted.includes(pc) && (forward ? t > from : t < from));
        const hit = forward ? model[0] : model.at(-1);
        if (hit) expect([stop.kind, one.t]).toEqual(['breakpoint', hit[0]]);
        else if (!forward) expect([stop.kind, one.t]).toEqual(['beginning', 0]);
        else expect(stop.kind).not.toBe('breakpoint');
      },
    );
    await fc.assert(property, { numRuns: 40, seed: 11 });
  });

  test('conditions hold for a breakpoint that child and parent share, in both directions', async () => {
    const one = await startGuest('vfork-step', isa);
    const seen = [...walk(one, 2000)];
    const session = new Session(one, disassembler);
    session.holds = (condition, task) => task.pid === Number(condition);
    const byPc = new Map<number, Set<number>>();
    for (const [, { pc, pid }] of seen) byPc.set(pc, (byPc.get(pc) ?? new Set()).add(pid));
    const shared = [...byPc].filter(([pc, pids]) => pc !== 0 && pids.has(1000) && pids.has(1001)).map(([pc]) => pc);
    expect(shared.length).toBeGreaterThan(0);
    for (const address of shared.slice(0, 5)) {
      for (const pid of [1000, 1001]) {
        session.points.length = 0;
        const condition = String(pid);
        session.add((id) => ({ ...POINT, id, kind: 'breakpoint' as const, isa, address, program: null, condition }));
        const instants = seen.filter(([, at]) => at.pc === address && at.pid === pid).map(([t]) => t);
        one.seek(one.end);
        const back: number[] = [];
        while ((await session.resume('back', breathe)).kind === 'breakpoint') back.push(one.t);
        expect(back.reverse()).toEqual(instants);
        const forward: number[] = [];
        one.seek(0);
        while ((await session.resume('forward', breathe)).kind === 'breakpoint') forward.push(one.t);
        expect(forward).toEqual(instants.filter((t) => t > 0));
      }
    }
  });

  test('a watchpoint on the shared stack sees both processes, the same from either side', async () => {
    const one = await startGuest('child-printed-twice', isa);
    const session = new Session(one, disassembler);
    one.advance({ untilT: 20 });
    const task = one.next();
    const root = task?.mm?.pgd ?? 0;
    const sp = task ? spOf(one.machine.kernel, task) : 0;
    const point = (id: number): AnyPoint => ({
      ...{ ...POINT, id, kind: 'watchpoint' as const, isa, address: sp - 64, lenBytes: 128 },
      ...{ kinds: WATCH.change, root },
    });
    session.add(point);
    one.seek(0);
    const forward: [number, number][] = [];
    for (;;) {
      const stop = await session.resume('forward', breathe);
      if (stop.kind === 'watchpoint') forward.push([stop.at, stop.pid]);
      else if (stop.kind !== 'caught') break;
    }
    const { end } = one;
    one.seek(end);
    const back: [number, number][] = [];
    for (;;) {
      const stop = await session.resume('back', breathe);
      if (stop.kind === 'watchpoint') back.push([stop.at, stop.pid]);
      else if (stop.kind !== 'caught') break;
    }
    expect(new Set(forward.map(([, pid]) => pid)).size).toBeGreaterThan(1);
    expect(back.reverse()).toEqual(forward);
  });

  test.each(['busybox', 'bash-static'])(
    'an instant of %s is the same by seek, by steps, and from either side',
    (program) => {
      const argv = [
        ...(program === 'busybox' ? ['busybox', 'sh'] : ['bash']),
        '-c',
        'echo $((6*7)) | { read x; echo $x; }; (exit 3)',
      ];
      const one = start(guestPath(isa, program), argv);
      expect(one.advance()).toBe('done');
      const { end } = one;
      const property = fc.property(
        fc.integer({ min: 0, max: end - 60 }),
        fc.integer({ min: 1, max: 50 }),
        (from, steps) => {
          one.seek(from + steps);
          const hash = one.machine.hash();
          one.seek(from);
          for (let i = 0; i < steps; i++) one.advance({ untilT: one.t + 1 });
          one.next();
          expect(one.machine.hash()).toBe(hash);
          for (let i = 0; i < steps; i++) one.seek(one.t - 1);
          expect(one.t).toBe(from);
          one.seek(from + steps);
          expect(one.machine.hash()).toBe(hash);
        },
      );
      fc.assert(property, { numRuns: 8, seed: 3 });
    },
  );
});
