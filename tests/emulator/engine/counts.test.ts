import { describe, expect, test } from 'vitest';
import { ACCESS, EXIT } from '../../../kernel/ports.ts';
import { PC, RW } from './machine.ts';
import { DATA, Loaded, PROGRAMS, STACK } from './programs.ts';

describe.each(PROGRAMS)('$name', (program) => {
  test('a run to the system call retires as many instructions as stepping there', () => {
    const loaded = new Loaded(program);
    const steps = loaded.trace();
    loaded.reset();
    const exit = loaded.machine.run();
    expect(exit.kind).toBe(EXIT.syscall);
    expect(exit.retired).toBe(steps.length - 1);
    expect(loaded.state()).toEqual(steps.at(-1));
  });

  test('every budget stops at exactly that instruction, in the state that stepping reaches', () => {
    const loaded = new Loaded(program);
    const steps = loaded.trace();
    for (let budget = 1; budget < steps.length - 1; budget++) {
      loaded.reset();
      const exit = loaded.machine.run(budget);
      expect(exit).toMatchObject({ kind: EXIT.budget, retired: budget });
      expect(loaded.state()).toEqual(steps[budget]);
    }
  });

  test('a run goes on where a budget ended', () => {
    const loaded = new Loaded(program);
    const steps = loaded.trace();
    for (const piece of [2, 3, 7]) {
      loaded.reset();
      let at = 0;
      while (loaded.machine.run(piece).kind === EXIT.budget) {
        at += piece;
        expect(loaded.state()).toEqual(steps[at]);
      }
      expect(loaded.state()).toEqual(steps.at(-1));
    }
  });

  test.each([
    ['data', DATA],
    ['stack', STACK],
  ])('a fault on the %s page counts what ran before, and the instruction restarts', (_, page) => {
    const loaded = new Loaded(program);
    const { machine } = loaded;
    const steps = loaded.trace();
    for (let start = 0; start < steps.length - 1; start++) {
      // Take the page away in front of the instruction at `start`, and give it back at the fault.
      loaded.reset();
      machine.map(page, RW, loaded.frameOf(page));
      machine.flush();
      if (start > 0) machine.run(start);
      machine.unmap(page);
      const exit = machine.run();
      const at = start + exit.retired;
      if (exit.kind === EXIT.syscall) {
        expect(at).toBe(steps.length - 1);
        continue;
      }
      expect(exit.kind).toBe(EXIT.fault);
      expect(exit.address - (exit.address % 4096)).toBe(page);
      expect(loaded.state().registers).toEqual(steps[at]?.registers);
      machine.map(page, RW, loaded.frameOf(page));
      expect(machine.run().retired).toBe(steps.length - 1 - at);
      expect(loaded.state()).toEqual(steps.at(-1));
    }
  });

  test('a write to a page that is only readable faults at the store and leaves no effect', () => {
    const loaded = new Loaded(program);
    const { machine } = loaded;
    const steps = loaded.trace();
    loaded.reset();
    machine.map(DATA, 0, loaded.frameOf(DATA));
    machine.flush();
    const exit = machine.run();
    expect(exit).toMatchObject({ kind: EXIT.fault, access: ACCESS.write });
    expect(loaded.state()).toEqual(steps[exit.retired]);
    machine.map(DATA, RW, loaded.frameOf(DATA));
    expect(machine.run()).toMatchObject({ kind: EXIT.syscall, retired: steps.length - 1 - exit.retired });
    expect(loaded.state()).toEqual(steps.at(-1));
  });

  test('a jump to nowhere faults there, on the fetch', () => {
    const { machine } = new Loaded(program);
    machine.set({ [PC[program.isa]]: 0x7000_0000 });
    expect(machine.run()).toMatchObject({
      kind: EXIT.fault,
      retired: 0,
      access: ACCESS.exec,
      address: 0x7000_0000,
    });
    expect(machine.get(PC[program.isa])).toBe(0x7000_0000n);
  });
});
