import { describe, expect, test } from 'vitest';
import { RECORD } from '../../../emulator/engine/index.ts';
import { EXIT } from '../../../kernel/ports.ts';
import { ACCESS_PROGRAMS, AccessGuest } from './access-programs.ts';
import { Machine, RW } from './machine.ts';
import { walk } from './model.ts';
import { CODE, DATA, hex, STACK } from './programs.ts';

function u64(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

describe.each(ACCESS_PROGRAMS)('a recording on $name', (program) => {
  const guest = new AccessGuest(program);
  const { machine } = guest;
  const { observers } = machine.cpu;
  guest.reset();
  const { steps } = walk(machine, 500);

  test('has the pc of every instruction that retired', () => {
    guest.reset();
    const recording = observers.record({ what: RECORD.pcs, maxInsns: 1000 });
    expect(machine.run(1000)).toMatchObject({ kind: EXIT.syscall, retired: steps.length });
    const pcs = Array.from({ length: recording.nrInsns }, (_, i) => u64(recording.insn(i)));
    expect(pcs).toEqual(steps.map(({ pc }) => pc));
    recording.stop();
  });

  test('goes on where it stopped when the buffer is drained, and ends runs when it is full', () => {
    guest.reset();
    const recording = observers.record({ what: RECORD.pcs, maxInsns: 10 });
    const pcs: number[] = [];
    for (;;) {
      const { kind } = machine.run(1000);
      for (let i = 0; i < recording.nrInsns; i++) pcs.push(u64(recording.insn(i)));
      if (kind !== EXIT.recordFull) break;
      expect(recording.nrInsns).toBe(10);
      expect(machine.run(1000)).toMatchObject({ kind: EXIT.recordFull, retired: 0 });
      recording.clear();
    }
    expect(pcs).toEqual(steps.map(({ pc }) => pc));
    recording.stop();
  });

  test('can be of accesses only, and says to which instruction each belongs', () => {
    guest.reset();
    const recording = observers.record({ what: RECORD.nothing, maxInsns: 1000, maxAccesses: 1000 });
    expect(machine.run(1000).kind).toBe(EXIT.syscall);
    const accesses = Array.from({ length: recording.nrAccesses }, (_, i) => recording.access(i));
    expect(accesses).toEqual(steps.flatMap((step, insn) => step.accesses.map((access) => ({ ...access, insn }))));
    recording.stop();
  });

  test('that is stopped leaves no trace', () => {
    guest.reset();
    const recording = observers.record({ what: RECORD.registers, maxInsns: 1000, maxAccesses: 1000 });
    machine.run(5);
    const { nrInsns, nrAccesses } = recording;
    recording.stop();
    expect(machine.run(1000)).toMatchObject({ kind: EXIT.syscall, retired: steps.length - 5 });
    expect(recording).toMatchObject({ nrInsns, nrAccesses });
    expect(nrInsns).toBe(5);
  });
});

describe('a recording', () => {
  test('ends the run before there is no room for the accesses of another instruction', () => {
    const machine = new Machine('x86_64');
    // 1: add [rdi], eax; jmp 1b
    machine.code(CODE, hex('0107ebfc'));
    machine.map(DATA, RW);
    machine.set({ ip: CODE, di: DATA });
    const recording = machine.cpu.observers.record({ what: RECORD.pcs, maxInsns: 10_000, maxAccesses: 512 });
    let insns = 0;
    for (let i = 0; i < 5; i++) {
      const exit = machine.run(5000);
      expect(exit.kind).toBe(EXIT.recordFull);
      expect(exit.retired).toBe(recording.nrInsns);
      expect(recording.nrAccesses).toBeGreaterThan(250);
      expect(recording.nrAccesses).toBeLessThanOrEqual(512);
      insns += recording.nrInsns;
      recording.clear();
    }
    expect(insns).toBeGreaterThan(5 * 250);
  });

  test('does not have an instruction that faulted, nor its accesses', () => {
    const machine = new Machine('x86_64');
    // nop; push [rdi]
    machine.code(CODE, hex('90ff37'));
    machine.map(DATA, RW);
    machine.set({ ip: CODE, di: DATA, sp: STACK });
    const recording = machine.cpu.observers.record({ what: RECORD.registers, maxInsns: 100, maxAccesses: 512 });
    expect(machine.run(9)).toMatchObject({ kind: EXIT.fault, retired: 1 });
    expect(recording).toMatchObject({ nrInsns: 1, nrAccesses: 0 });
    machine.map(STACK - 0x1000, RW);
    expect(machine.run(1)).toMatchObject({ kind: EXIT.budget, retired: 1 });
    expect(recording).toMatchObject({ nrInsns: 2, nrAccesses: 2 });
    expect(recording.access(0)).toMatchObject({ insn: 1, address: DATA, write: false });
    expect(recording.access(1)).toMatchObject({ insn: 1, address: STACK - 8, write: true });
  });

  test('is refused with sizes that make no sense', () => {
    const { observers } = new Machine('arm').cpu;
    expect(() => observers.record({ what: RECORD.pcs, maxInsns: 0 })).toThrow('maxInsns 0');
    expect(() => observers.record({ what: RECORD.pcs, maxInsns: 1, maxAccesses: 100 })).toThrow('maxAccesses 100');
    expect(() => observers.record({ what: 3, maxInsns: 1 })).toThrow('what 3');
  });
});
