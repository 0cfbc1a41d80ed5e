import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRam, hashBytes, type RamSnapshot } from '../../../emulator/engine/index.ts';
import { EXIT } from '../../../kernel/ports.ts';
import { Machine, PC, RW, RX } from './machine.ts';
import { CODE, DATA, hex, Loaded, PROGRAMS, type Program } from './programs.ts';
import { RANDOM_GUESTS, RandomGuest } from './random-guest.ts';

const MIB = 2 ** 20;
const PAGE = 4096;

/** RAM, registers (in RAM) and thread block of a machine, with its clock. */
interface State {
  readonly ram: RamSnapshot;
  readonly thread: Uint8Array;
  readonly root: number;
}

function take(machine: Machine): State {
  return { ram: machine.ram.snapshot(), thread: machine.saveThread(), root: machine.root };
}

function restore(machine: Machine, state: State): void {
  machine.ram.restore(state.ram);
  machine.cpu.loadThread(state.thread);
  machine.usePageTable(state.root);
}

function hashOf(machine: Machine): string {
  return `${machine.ram.hash()} ${hashBytes(machine.saveThread())}`;
}

/** A program that starts over at its end, with what it has made of its data. */
class Endless {
  readonly loaded: Loaded;
  readonly machine: Machine;
  private readonly program: Program;
  private readonly codeFrame: number;

  constructor(program: Program) {
    this.program = program;
    this.loaded = new Loaded(program);
    this.machine = this.loaded.machine;
    this.codeFrame = this.machine.lookup(CODE);
  }

  /** Retire exactly `count` instructions, in runs of at most `piece`. */
  advance(count: number, piece: number): void {
    for (let left = count; left > 0; ) {
      const exit = this.machine.run(Math.min(left, piece));
      left -= exit.retired;
      if (exit.kind === EXIT.syscall) this.machine.set({ [PC[this.program.isa]]: CODE, ...this.program.registers });
      else if (exit.kind !== EXIT.budget && exit.kind !== EXIT.breakpoint) throw new Error(`exit ${exit.kind}`);
    }
  }

  /** A store into the program from outside: the first instruction's immediate, how often the loop runs. */
  patch(rounds: number): void {
    const at = this.codeFrame + (this.program.isa === 'arm' ? 0 : 1);
    this.machine.write(at, [rounds]);
    this.machine.ram.invalidateCode(at, 1);
  }
}

type Step =
  | { do: 'advance' | 'check'; count: number; piece: number; otherPiece: number }
  | { do: 'take' }
  | { do: 'restore' | 'release'; which: number }
  | { do: 'patch'; rounds: number }
  | { do: 'breakpoint'; offset: number; on: boolean };

const count = fc.integer({ min: 1, max: 400 });
const piece = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 }), fc.constant(1000));
const which = fc.nat(99);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('advance' as const), count, piece, otherPiece: piece }),
  fc.record({ do: fc.constant('check' as const), count, piece, otherPiece: piece }),
  fc.record({ do: fc.constant('take' as const) }),
  fc.record({ do: fc.constant('restore' as const), which }),
  fc.record({ do: fc.constant('release' as const), which }),
  fc.record({ do: fc.constant('patch' as const), rounds: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constant('breakpoint' as const), offset: fc.nat(40), on: fc.boolean() }),
);

/** Carries out the steps; every snapshot must bring back what was there when it was taken. */
function play(program: Program, steps: readonly Step[]): void {
  const guest = new Endless(program);
  const { machine, loaded } = guest;
  const alive: { state: State; hash: string; seen: unknown }[] = [];
  const look = (): unknown => loaded.state();
  for (const step of steps) {
    const known = 'which' in step && alive.length > 0 ? alive[step.which % alive.length] : undefined;
    if (step.do === 'advance') guest.advance(step.count, step.piece);
    else if (step.do === 'take') alive.push({ state: take(machine), hash: hashOf(machine), seen: look() });
    else if (step.do === 'patch') guest.patch(step.rounds);
    else if (step.do === 'breakpoint') {
      if (step.on) machine.cpu.setBreakpoint(CODE + step.offset);
      else machine.cpu.clearBreakpoint(CODE + step.offset);
    } else if (step.do === 'check') {
      const start = take(machine);
      guest.advance(step.count, step.piece);
      const end = { hash: hashOf(machine), seen: look() };
      restore(machine, start);
      start.ram.release();
      guest.advance(step.count, step.otherPiece);
      expect({ hash: hashOf(machine), seen: look() }).toEqual(end);
    } else if (known && step.do === 'restore') {
      restore(machine, known.state);
      expect({ hash: hashOf(machine), seen: look() }).toEqual({ hash: known.hash, seen: known.seen });
    } else if (known) {
      known.state.ram.release();
      alive.splice(alive.indexOf(known), 1);
    }
    expect(machine.ram.unmarkedFrame()).toBe(-1);
  }
  for (const { state, hash } of alive) expect(state.ram.hash()).toBe(hash.slice(0, 32));
  machine.cpu.close();
  machine.ram.discard();
}

describe.each(PROGRAMS)('snapshots of $name', (program) => {
  test('running on from one gives the same states, whatever was translated, patched or stopped at meanwhile', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => play(program, steps)),
      { numRuns: 25 },
    );
  });
});

describe.each(RANDOM_GUESTS)('snapshots of random code on %s', (name, isa) => {
  test('running again ends at the same count in the same state, also by single steps', () => {
    const guest = new RandomGuest(name, isa);
    const { machine } = guest;
    let stopped = 0;
    for (let seed = 1; seed <= 150; seed++) {
      guest.reset(seed);
      const whole = machine.run(200).retired;
      if (whole < 2) continue;
      stopped++;
      guest.reset(seed);
      machine.run(1 + (seed % (whole - 1)));
      const state = take(machine);
      const start = hashOf(machine);
      const end = { ...machine.run(200), hash: hashOf(machine), seed };
      restore(machine, state);
      expect(hashOf(machine)).toBe(start);
      let exit = machine.run(1);
      let { retired } = exit;
      while (exit.kind === EXIT.budget && retired < 200) {
        exit = machine.run(1);
        retired += exit.retired;
      }
      expect({ ...exit, retired, hash: hashOf(machine), seed }).toEqual(end);
      state.ram.release();
    }
    expect(stopped).toBeGreaterThan(20);
    machine.cpu.close();
  });
});

describe('the exclusive monitor of ARM', () => {
  const LDREX = '9f0f95e1';
  const STREX = '901f85e1';

  function machineWith(code: string): Machine {
    const machine = new Machine('arm');
    machine.code(CODE, hex(code));
    machine.map(DATA, RW);
    machine.set({ pc: CODE, r5: DATA, r1: 7 });
    return machine;
  }

  test('is set after ldrex, comes back with its snapshot, and is open in one from before', () => {
    const machine = machineWith(LDREX + STREX);
    const before = take(machine);
    machine.step(1);
    const between = take(machine);
    machine.step(1);
    expect(machine.get('r1')).toBe(0n);
    restore(machine, between);
    machine.step(1);
    expect(machine.get('r1')).toBe(0n);
    restore(machine, between);
    restore(machine, before);
    machine.set({ pc: CODE + 4 });
    machine.step(1);
    expect(machine.get('r1')).toBe(1n);
  });

  test('is open after a system call, as after every way through the kernel', () => {
    const machine = machineWith(`${LDREX}000000ef${STREX}`);
    machine.step(3);
    expect(machine.get('r1')).toBe(1n);
  });
});

describe('ram.snapshot', () => {
  test('copies the pages that have changed, and no others', () => {
    const ram = createRam(64 * MIB);
    const touch = (frames: number, value: number): void => {
      for (let frame = 0; frame < frames; frame++) {
        ram.u8[frame * PAGE + 5] = value;
        ram.dirty[frame] = 1;
      }
    };
    touch(1000, 1);
    const first = ram.snapshot();
    expect(first.copiedPages).toBe(1000);
    expect(ram.snapshot().copiedPages).toBe(0);
    touch(10, 2);
    const second = ram.snapshot();
    expect(second.copiedPages).toBe(10);
    touch(20, 2);
    expect(ram.snapshot().copiedPages).toBe(10);
    ram.restore(first);
    expect(ram.u8[5]).toBe(1);
    expect(ram.snapshot().copiedPages).toBe(0);
    ram.restore(second);
    expect([ram.u8[5], ram.u8[9 * PAGE + 5], ram.u8[10 * PAGE + 5]]).toEqual([2, 2, 1]);
  });

  test('marks say which frames were written: by the guest, and by the exit of a run', () => {
    const machine = new Machine('x86_64');
    machine.map(DATA, RW);
    machine.map(DATA + PAGE, RW);
    // mov eax, [rdi]; mov [rdi + 4096], eax; syscall
    machine.code(CODE, hex('8b07 898700100000 0f05'), RX);
    machine.set({ ip: CODE, di: DATA });
    machine.ram.hash();
    machine.run();
    const dirty = [...machine.ram.dirty.keys()].filter((frame) => machine.ram.dirty[frame]);
    expect(dirty).toEqual([machine.ptRegs, machine.lookup(DATA + PAGE)].map((at) => at >>> 12));
    machine.ram.u8[machine.lookup(DATA)] = 1;
    expect(machine.ram.unmarkedFrame()).toBe(machine.lookup(DATA) >>> 12);
  });

  test('the hash follows from the contents, not from how they came about', () => {
    const contents = fc.array(fc.tuple(fc.nat(4095), fc.nat(3)), { maxLength: 40 });
    fc.assert(
      fc.property(contents, fc.array(fc.boolean()), (stores, looks) => {
        const plain = createRam(16 * MIB);
        const winding = createRam(16 * MIB);
        const store = (ram: typeof plain, frame: number, value: number): void => {
          ram.u8[frame * PAGE + value] = value;
          ram.dirty[frame] = 1;
        };
        stores.forEach(([frame, value], i) => {
          store(winding, 4095 - frame, 9);
          if (looks[i]) winding.hash();
          winding.u8[(4095 - frame) * PAGE + 9] = 0;
          winding.dirty[4095 - frame] = 1;
          store(winding, frame, value);
          store(plain, frame, value);
        });
        const final = new Map(
          stores.filter(([, value]) => value > 0).map(([frame, value]) => [`${frame} ${value}`, 1]),
        );
        expect(winding.hash()).toBe(plain.hash());
        expect(plain.hash() === '0'.repeat(32)).toBe(final.size === 0);
        plain.discard();
        winding.discard();
      }),
      { numRuns: 50 },
    );
  });

  test('the hash tells places and values apart', () => {
    const hashes = new Set<string>();
    for (const [at, value] of [
      [0, 1],
      [1, 1],
      [PAGE, 1],
      [0, 2],
    ] as const) {
      const ram = createRam(MIB);
      ram.u8[at] = value;
      ram.dirty[at >>> 12] = 1;
      hashes.add(ram.hash());
    }
    expect(hashes.size).toBe(4);
  });

  test('RAM that was never touched stays so', () => {
    const ram = createRam(2 ** 32);
    const before = process.memoryUsage.rss();
    const empty = ram.snapshot();
    ram.u8[2 ** 32 - 1] = 1;
    ram.dirty[2 ** 20 - 1] = 1;
    expect(ram.snapshot().copiedPages).toBe(1);
    ram.restore(empty);
    expect(ram.u8[2 ** 32 - 1]).toBe(0);
    expect(ram.hash()).toBe('0'.repeat(32));
    expect(process.memoryUsage.rss() - before).toBeLessThan(16 * MIB);
  });

  test('refuses what is released, of another RAM, or no snapshot', () => {
    const ram = createRam(MIB);
    const snapshot = ram.snapshot();
    expect(() => createRam(MIB).restore(snapshot)).toThrow('the snapshot is of another RAM');
    expect(() => ram.restore({ ...snapshot })).toThrow(TypeError);
    snapshot.release();
    snapshot.release();
    expect(() => ram.restore(snapshot)).toThrow('the snapshot is released');
    expect(() => snapshot.hash()).toThrow('the snapshot is released');
  });

  test('discard is refused while a CPU is open, and leaves zeros', () => {
    const machine = new Machine('arm');
    machine.write(0x5000, [1]);
    expect(() => machine.ram.discard()).toThrow('a CPU still runs on this RAM');
    machine.cpu.close();
    machine.ram.discard();
    expect(machine.ram.u8[0x5000]).toBe(0);
  });
});
