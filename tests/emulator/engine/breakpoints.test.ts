import { describe, expect, test } from 'vitest';
import { EXIT } from '../../../kernel/ports.ts';
import { PC } from './machine.ts';
import { CODE, Loaded, PROGRAMS } from './programs.ts';

describe.each(PROGRAMS)('$name', (program) => {
  const pc = PC[program.isa];

  /** pc in front of each instruction of the program as it runs. */
  function path(loaded: Loaded): number[] {
    const steps = loaded.trace();
    loaded.reset();
    return steps.map((step) => Number(step.registers[pc]));
  }

  test('a run stops in front of every visit, in the state that stepping reaches there', () => {
    const loaded = new Loaded(program);
    const steps = loaded.trace();
    const pcs = steps.map((step) => Number(step.registers[pc]));
    for (const at of new Set(pcs.slice(0, -1))) {
      loaded.reset();
      loaded.machine.cpu.setBreakpoint(at);
      const visits: number[] = [];
      let t = 0;
      for (;;) {
        const exit = loaded.machine.run();
        t += exit.retired;
        if (exit.kind === EXIT.syscall) break;
        expect(exit.kind).toBe(EXIT.breakpoint);
        expect(loaded.state()).toEqual(steps[t]);
        visits.push(t);
      }
      expect(visits).toEqual(pcs.flatMap((value, i) => (value === at && i > 0 && i < pcs.length - 1 ? [i] : [])));
      loaded.machine.cpu.clearBreakpoint(at);
    }
  });

  test('a breakpoint that is cleared is gone, also from code translated with it', () => {
    const loaded = new Loaded(program);
    const pcs = path(loaded);
    const at = pcs[6] ?? 0;
    loaded.machine.cpu.setBreakpoint(at);
    expect(loaded.machine.run().kind).toBe(EXIT.breakpoint);
    loaded.machine.cpu.clearBreakpoint(at);
    expect(loaded.machine.run().kind).toBe(EXIT.syscall);
  });

  test('a thousand breakpoints elsewhere do not change a run', () => {
    const loaded = new Loaded(program);
    const pcs = path(loaded);
    for (let i = 0; i < 1000; i++) loaded.machine.cpu.setBreakpoint(CODE + 0x1000 + 4 * i);
    expect(loaded.machine.run()).toMatchObject({ kind: EXIT.syscall, retired: pcs.length - 1 });
  });

  test('a breakpoint of another address space does not stop, one of this does', () => {
    const loaded = new Loaded(program);
    const pcs = path(loaded);
    const at = pcs[4] ?? 0;
    const { cpu, root } = loaded.machine;
    cpu.setBreakpoint(at, root + 0x1000);
    expect(loaded.machine.run()).toMatchObject({ kind: EXIT.syscall, retired: pcs.length - 1 });
    loaded.reset();
    cpu.setBreakpoint(at, root);
    expect(loaded.machine.run()).toMatchObject({ kind: EXIT.breakpoint, retired: 4 });
    cpu.clearBreakpoint(at, root);
    expect(loaded.machine.run().kind).toBe(EXIT.syscall);
  });

  test('breakpoints that come and go between runs stop those that they are there for', () => {
    const loaded = new Loaded(program);
    const pcs = path(loaded);
    for (let round = 1; round < pcs.length - 1; round++) {
      loaded.reset();
      const at = pcs[round] ?? 0;
      for (let i = 0; i < 300; i++) loaded.machine.cpu.setBreakpoint(CODE + i);
      for (let i = 0; i < 300; i++) loaded.machine.cpu.clearBreakpoint(CODE + i);
      loaded.machine.cpu.setBreakpoint(at);
      expect(loaded.machine.run()).toMatchObject({ kind: EXIT.breakpoint, retired: pcs.indexOf(at, 1) });
      loaded.machine.cpu.clearBreakpoint(at);
    }
  });

  test('a budget that ends on a breakpoint is a budget exit; the next run passes over it', () => {
    const loaded = new Loaded(program);
    const pcs = path(loaded);
    loaded.machine.cpu.setBreakpoint(pcs[3] ?? 0);
    expect(loaded.machine.run(3)).toMatchObject({ kind: EXIT.budget, retired: 3 });
    expect(loaded.machine.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
  });

  test('a breakpoint in front of a faulting instruction stops first, then the fault comes', () => {
    const loaded = new Loaded(program);
    loaded.machine.set({ [pc]: 0x7000_0000 });
    loaded.machine.cpu.setBreakpoint(0x7000_0000);
    expect(loaded.machine.run()).toMatchObject({ kind: EXIT.fault, address: 0x7000_0000 });
  });
});
