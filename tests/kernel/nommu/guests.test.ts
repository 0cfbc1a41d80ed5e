/** The guests of asm/guests and the stubs of every libc on a machine without MMU, on all ISAs. */
import { describe, expect, test } from 'vitest';
import type { Machine } from '../../../emulator/machine/machine.ts';
import { SIGBUS } from '../../../kernel/abi/signal.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { setReg } from '../../../kernel/ptregs.ts';
import { findLeaks } from '../../oracle/leaks.ts';
import { ISAS, pieGuest, start } from './support.ts';

const LIMIT = 5_000_000;

async function run(name: string, isa: IsaName): Promise<{ output: string; status: number | null }> {
  const { machine, console } = start(await pieGuest(name, isa));
  try {
    expect(machine.run({ untilT: LIMIT })).toBe('done');
    expect(findLeaks(machine.kernel.state)).toEqual([]);
    return { output: console.bytes().toString(), status: machine.status };
  } finally {
    machine.close();
  }
}

describe.each(ISAS)('%s without an MMU', (isa) => {
  test.each(['uclibc', 'glibc', 'glibc-2.24', 'musl', 'klibc'])(
    'vfork as %s has it comes back to its caller',
    async (libc) => {
      expect(await run(`vfork-return-${libc}`, isa)).toEqual({
        output: "child: 0\nparent: back behind vfork, child's status 7\n",
        status: 0,
      });
    },
  );

  test('a child that returns prints twice, for its parent goes where the child last called from', async () => {
    const printed = {
      i386: 'child proc:0\n0\nchild proc:0\n',
      x86_64: 'child proc:0\n0\n',
      arm: 'child proc:0\n0\nchild proc:0\nchild proc:0\n',
    };
    expect((await run('child-printed-twice', isa)).output).toBe(printed[isa]);
  });

  test.each(['uclibc', 'musl'])('fork as %s has it is refused, and makes no child', async (libc) => {
    expect(await run(`fork-step-${libc}`, isa)).toEqual({ output: 'parent: exit status 0\n', status: 0 });
  });

  test.each(['uclibc', 'glibc', 'musl'])('clone with a stack of its own as %s has it works', async (libc) => {
    const output = 'child: argument 42\nparent: exit status 9\n';
    expect(await run(`clone-step-${libc}`, isa)).toEqual({ output, status: 0 });
  });

  test('a null pointer faults, for no memory lies there', async () => {
    const { machine } = start(await pieGuest('getpid-loop', isa));
    try {
      jumpTo(machine, 0);
      machine.run({ untilT: LIMIT });
      expect((machine.status ?? 0) & 0x7f).toBe(SIGBUS);
    } finally {
      machine.close();
    }
  });

  test('two runs are the same at every instant looked at, and one that goes back comes to the same end', async () => {
    const program = await pieGuest('vfork-cached-pid', isa);
    const first = start(program).machine;
    const second = start(program).machine;
    try {
      first.run({ untilT: 400 });
      second.run({ untilT: 400 });
      expect(first.hash()).toBe(second.hash());
      const snapshot = first.snapshot();
      first.run();
      second.run();
      const end = second.hash();
      expect(first.hash()).toBe(end);
      first.restore(snapshot);
      first.run();
      expect(first.hash()).toBe(end);
    } finally {
      first.close();
      second.close();
    }
  });
});

test('processes of Thumb code share their stack as those of ARM code do', async () => {
  const output = 'child: vfork returned 0\nparent: wait status 0\n';
  expect(await run('vfork-step-thumb', 'arm')).toEqual({ output, status: 0 });
});

function jumpTo({ kernel: k }: Machine, pc: number): void {
  const task = k.state.tasks.get(1000);
  if (task) setReg(k, task, archOf(task.isa).ptRegs.ip, pc);
}
