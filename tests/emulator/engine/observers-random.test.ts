import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RECORD } from '../../../emulator/engine/index.ts';
import { EXIT, WATCH, type Watchpoint } from '../../../kernel/ports.ts';
import { ACCESS_PROGRAMS, AccessGuest } from './access-programs.ts';
import { type Machine, PC } from './machine.ts';
import { bytesOf, expectedStop, type Path, ptRegsBytes, walk } from './model.ts';
import { CODE, DATA, RANDOM_GUESTS, RandomGuest, STACK } from './random-guest.ts';

const LONGEST = 200;
const AREAS = [CODE, CODE + 0x1000, DATA, DATA + 0xff0, STACK + 0x400, STACK + 0x7c0, STACK + 0x7f0];

const watchpoint = fc
  .tuple(
    fc.constantFrom(...AREAS),
    fc.integer({ min: -16, max: 1200 }),
    fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 4096 })),
    fc.integer({ min: 1, max: WATCH.read | WATCH.write | WATCH.change }),
  )
  .map(([area, offset, lenBytes, kinds]) => ({ start: area + offset, lenBytes, kinds }));

const seeds = fc.integer({ min: 1, max: 1_000_000 });

interface Guest {
  readonly machine: Machine;
  readonly frames: readonly number[];
  readonly pages: readonly number[];
  reset(seed: number): void;
}

const GUESTS: readonly (readonly [string, () => Guest])[] = [
  ...RANDOM_GUESTS.map(([name, isa]) => [`random code on ${name}`, () => new RandomGuest(name, isa)] as const),
  ...ACCESS_PROGRAMS.map((program) => [`a program on ${program.name}`, () => new AccessGuest(program)] as const),
];

describe.each(GUESTS)('%s', (_, make) => {
  const guest = make();
  const { machine } = guest;
  const { cpu, isa } = machine;

  function digest(): string {
    const hash = createHash('sha256').update(machine.saveThread()).update(ptRegsBytes(machine));
    for (const frame of guest.frames) hash.update(machine.ram.u8.subarray(frame, frame + 4096));
    return hash.digest('hex');
  }

  /** The path from the seed's start, the pc behind it, and the state in front of an instruction that did not retire. */
  function pathOf(seed: number): { path: Path; endPc: number; end: string } {
    guest.reset(seed);
    let end = digest();
    const path = walk(machine, LONGEST, () => {
      end = digest();
    });
    return { path, endPc: Number(machine.get(PC[isa])), end };
  }

  test('runs with breakpoints and watchpoints stop where a look at every single step says', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.array(watchpoint, { maxLength: 4 }),
        fc.array(fc.nat(LONGEST), { maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: LONGEST }), { minLength: 1, maxLength: 8 }),
        (seed, drawn, breaks, budgets) => {
          const { path, endPc, end } = pathOf(seed);
          const points: Watchpoint[] = drawn.map((point, id) => ({ id, ...point }));
          // Not at an address that is none.
          const breakpoints = new Set(breaks.map((i) => path.steps[i]?.pc ?? endPc).filter((at) => at < 2 ** 47));
          guest.reset(seed);
          for (const point of points) cpu.observers.setWatchpoint(point);
          for (const at of breakpoints) cpu.setBreakpoint(at);
          try {
            let at = 0;
            for (let run = 0; run < 2 * LONGEST && at < path.steps.length; run++) {
              const budget = Math.min(budgets[run % budgets.length] ?? 1, path.steps.length - at);
              const expected = expectedStop(path, at, budget, points, breakpoints, endPc);
              const { kind, retired } = machine.run(budget);
              const hits = cpu.observers.hits().map((hit) => [hit.id, hit.pc, hit.address]);
              expect({ at, kind, retired, hits: sorted(hits) }).toEqual({
                at,
                ...expected,
                hits: sorted(expected.hits),
              });
              at += retired;
              if (kind !== EXIT.budget && kind !== EXIT.breakpoint && kind !== EXIT.watchpoint) break;
            }
            if (at > 0 && at === path.steps.length) expect(digest()).toBe(end);
          } finally {
            for (const { id } of points) cpu.observers.clearWatchpoint(id);
            for (const at of breakpoints) cpu.clearBreakpoint(at);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a recording holds the registers that stepping finds, and the same accesses', () => {
    let accesses = 0;
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 50 }), fc.nat(LONGEST), (seed, maxInsns, breakpoint) => {
        const { path, end } = pathOf(seed);
        const at = path.steps[breakpoint]?.pc ?? CODE;
        guest.reset(seed);
        const recording = cpu.observers.record({ what: RECORD.registers, maxInsns, maxAccesses: 512 });
        cpu.setBreakpoint(at);
        let done = 0;
        for (let kind: number = EXIT.budget; done < path.steps.length; done += recording.nrInsns, recording.clear()) {
          if (kind !== EXIT.budget && kind !== EXIT.recordFull && kind !== EXIT.breakpoint) break;
          const exit = machine.run(path.steps.length - done);
          kind = exit.kind;
          expect(recording.nrInsns).toBe(exit.retired);
          const part = path.steps.slice(done, done + exit.retired);
          expect(part.map((_, i) => [...recording.insn(i)])).toEqual(part.map(({ ptRegs }) => [...ptRegs]));
          const recorded = Array.from({ length: recording.nrAccesses }, (_, i) => recording.access(i));
          const stepped = part.flatMap((step, insn) => step.accesses.map((access) => ({ ...access, insn })));
          expect(recorded).toEqual(stepped);
          accesses += recorded.length;
        }
        recording.stop();
        cpu.clearBreakpoint(at);
        expect({ seed, done }).toEqual({ seed, done: path.steps.length });
        if (done > 0) expect(digest()).toBe(end);
      }),
      { numRuns: 100 },
    );
    expect(accesses).toBeGreaterThan(0);
  });

  test('the recorded accesses explain every change of memory', () => {
    for (let seed = 1; seed <= 100; seed++) {
      guest.reset(seed);
      const shadow = new Map(guest.pages.map((page, i) => [page, copy(i)]));
      const byte = (address: number): number => shadow.get(address - (address % 4096))?.[address % 4096] ?? Number.NaN;
      for (const { accesses } of walk(machine, LONGEST).steps) {
        for (const access of accesses) {
          const places = Array.from({ length: access.lenBytes }, (_, i) => access.address + i);
          expect([...bytesOf(access, 'before')]).toEqual(places.map(byte));
          bytesOf(access, 'after').forEach((value, i) => {
            const address = access.address + i;
            const page = shadow.get(address - (address % 4096));
            if (page) page[address % 4096] = value;
          });
        }
      }
      // What an instruction that faulted in its middle has written is no access of an instruction that retired.
      expect(differences([...shadow.values()])).toBeLessThanOrEqual(32);
    }
  });

  function copy(i: number): Uint8Array {
    const frame = guest.frames[i] ?? 0;
    return machine.ram.u8.slice(frame, frame + 4096);
  }

  function differences(pages: readonly Uint8Array[]): number {
    const now = pages.map((_, i) => copy(i));
    return pages.reduce((sum, page, i) => sum + page.filter((byte, at) => byte !== now[i]?.[at]).length, 0);
  }
});

/** Hits of one access come in any order of watchpoints. */
function sorted(hits: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return [...hits].sort(([a = 0, , x = 0], [b = 0, , y = 0]) => a - b || x - y);
}
