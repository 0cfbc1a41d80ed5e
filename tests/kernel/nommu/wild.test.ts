/** Nothing protects a process from another, nor the kernel's memory from either: whatever a program stores, forkscope goes on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archOf } from '../../../kernel/arch/index.ts';
import { prepareToRun } from '../../../kernel/entry.ts';
import { type IsaName, TRAP } from '../../../kernel/ports.ts';
import { setReg } from '../../../kernel/ptregs.ts';
import { enterSyscall } from '../../../kernel/syscalls/dispatch.ts';
import { SYSCALLS } from '../../../kernel/syscalls/table.ts';
import { ISAS, pieGuest, start } from './support.ts';

const TRAPS: { readonly [isa in IsaName]: number } = { i386: TRAP.int80, x86_64: TRAP.syscall, arm: TRAP.svc };
const LIMIT = 100_000;

describe.each(ISAS)('%s without an MMU', (isa) => {
  test('the registers of sleeping and running processes may be overwritten with anything', async () => {
    const program = await pieGuest('vfork-cached-pid', isa);
    const instant = fc.integer({ min: 1, max: 900 });
    const garbage = fc.uint8Array({ minLength: 168, maxLength: 168 });
    fc.assert(
      fc.property(instant, garbage, fc.boolean(), (t, bytes, running) => {
        const { machine } = start(program);
        try {
          machine.run({ untilT: t });
          const { state } = machine.kernel;
          for (const { pid, ptRegs } of state.tasks.values()) {
            if (pid === state.current && !running) continue;
            machine.ram.u8.set(bytes, ptRegs);
            machine.ram.dirty.fill(1, ptRegs >>> 12, (ptRegs >>> 12) + 2);
          }
          machine.run({ untilT: LIMIT });
        } finally {
          machine.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  test('every call takes pointers to no memory, to its end and to the kernel itself', async () => {
    const { machine } = start(await pieGuest('vfork-step', isa));
    try {
      const next = prepareToRun(machine.kernel);
      if (next.kind !== 'run') throw new Error('nothing runs');
      const { ramEnd = 0 } = machine.kernel.state.noMmu ?? {};
      const { ptRegs } = archOf(isa);
      const snapshot = machine.snapshot();
      const rows = SYSCALLS.filter(({ nr, args }) => nr[isa] !== undefined && args.length > 0);
      expect(rows.length).toBeGreaterThan(200);
      for (const { nr } of rows) {
        for (const wild of [0, 8, ramEnd - 4, ramEnd, next.task.ptRegs, -8]) {
          machine.restore(snapshot);
          const k = machine.kernel;
          const task = k.state.tasks.get(next.task.pid);
          if (!task) throw new Error('the program is gone');
          for (const arg of ptRegs.args) setReg(k, task, arg, wild);
          // x86 has the number where the result comes.
          setReg(k, task, ptRegs.nr === ptRegs.orig ? ptRegs.ret : ptRegs.nr, nr[isa] ?? 0);
          enterSyscall(k, task, TRAPS[isa]);
        }
      }
    } finally {
      machine.close();
    }
  });
});
