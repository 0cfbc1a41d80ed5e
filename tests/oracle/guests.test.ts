/**
 * The guests of asm/guests, built by our assembler, with what real Linux was seen to do with them; i386 and x86-64 are run
 * natively as well, so that the table is true. ARM's rows follow from the same instructions.
 */
import { describe, expect, test } from 'vitest';
import { GUESTS, type Guest } from '../../asm/guests/guests.ts';
import { buildGuest } from './build-guest.ts';
import { type Shown, show } from './compare.ts';
import { runForkscope } from './forkscope.ts';
import { runNative } from './native.ts';

type Expected = Pick<Shown, 'stdout' | 'status'>;

const BACK_BEHIND_VFORK: Expected = {
  stdout: "child: 0\nparent: back behind vfork, child's status 7\n",
  status: 'exited 0',
};
const FORK_STEP: Expected = { stdout: 'child: fork returned 0\nparent: exit status 3\n', status: 'exited 0' };
const CLONE_STEP: Expected = { stdout: 'child: argument 42\nparent: exit status 9\n', status: 'exited 0' };
const VFORK_STEP: Expected = { stdout: 'child: vfork returned 0\nparent: wait status 0\n', status: 'exited 0' };
const SILENT: Expected = { stdout: '', status: 'exited 0' };
const FELL_ONTO_THE_CHILDS_CALL: Expected = {
  stdout: "child: 0\nparent: back behind the child's last call, 1\n",
  status: 'exited 1',
};

const EXPECTED: Readonly<Record<string, Expected | Readonly<Record<string, Expected>>>> = {
  'child-printed-twice': {
    i386: { stdout: 'child proc:0\n0\nchild proc:0\n', status: 'killed by SIGSEGV' },
    x86_64: { stdout: 'child proc:0\n0\n', status: 'killed by SIGSEGV' },
    arm: { stdout: 'child proc:0\n0\nchild proc:0\nchild proc:0\n', status: 'killed by SIGILL' },
  },
  'child-printed-twice-gcc12': { stdout: 'child proc:0\n0\n-1\n', status: 'exited 0' },
  'vfork-step': VFORK_STEP,
  'vfork-step-thumb': VFORK_STEP,
  'vfork-return-naive': {
    i386: FELL_ONTO_THE_CHILDS_CALL,
    x86_64: FELL_ONTO_THE_CHILDS_CALL,
    arm: { stdout: 'child: 0\n', status: 'exited 7' },
  },
  'vfork-return-uclibc': BACK_BEHIND_VFORK,
  'vfork-return-glibc': BACK_BEHIND_VFORK,
  'vfork-return-glibc-2.24': BACK_BEHIND_VFORK,
  'vfork-return-musl': BACK_BEHIND_VFORK,
  'vfork-return-klibc': BACK_BEHIND_VFORK,
  'vfork-return-dietlibc': BACK_BEHIND_VFORK,
  'vfork-cached-pid': {
    stdout: 'child: cached pid -1234\nparent: cached pid 1234\nchild: cached pid -2147483648\nparent: cached pid 0\n',
    status: 'exited 0',
  },
  'fork-step-uclibc': FORK_STEP,
  'fork-step-glibc': FORK_STEP,
  'fork-step-musl': FORK_STEP,
  'clone-step-uclibc': CLONE_STEP,
  'clone-step-glibc': CLONE_STEP,
  'clone-step-musl': CLONE_STEP,
  'getpid-loop': SILENT,
  'fork-exit-wait-loop': SILENT,
  'vfork-exit-wait-loop': SILENT,
};

/** Parent and child of a fork write when they come to run: what is certain is the lines, and each process's order. */
const UNORDERED = 'child-printed-twice-fork';
const RUN = { argv0: 'guest', cwd: '/' };
const ARGS = ['20'];

function expectedOf(guest: Guest): Expected {
  const row = EXPECTED[guest.name];
  if (row === undefined) throw new Error(`${guest.name}: no row says what Linux does with it`);
  if ('stdout' in row && typeof row.stdout === 'string') return row as Expected;
  const ofIsa = (row as Readonly<Record<string, Expected>>)[guest.isa];
  if (ofIsa === undefined) throw new Error(`${guest.name}: no row for ${guest.isa}`);
  return ofIsa;
}

/** Name, ISA and guest, for test titles. */
const TITLED = GUESTS.map((guest) => [guest.name, guest.isa, guest] as const);
const ORDERED = TITLED.filter(([name]) => name !== UNORDERED);

describe('the guests in assembly', () => {
  test.each(ORDERED)('%s of %s ends in forkscope as it does on Linux', async (_name, _isa, guest) => {
    const path = await buildGuest(guest);
    expect(show(runForkscope(path, ARGS, RUN))).toEqual({ ...expectedOf(guest), stderr: '' });
  });

  test.each(ORDERED.filter(([, isa]) => isa !== 'arm'))('%s of %s ends natively so', async (_name, _isa, guest) => {
    const path = await buildGuest(guest);
    expect(show(await runNative(path, ARGS, RUN))).toEqual({ ...expectedOf(guest), stderr: '' });
  });

  test.each(TITLED.filter(([name]) => name === UNORDERED))(
    '%s: with fork in the place of vfork %s prints the child once',
    async (_name, _isa, guest) => {
      const path = await buildGuest(guest);
      const runs = [runForkscope(path, [], RUN)];
      if (guest.isa !== 'arm') runs.push(await runNative(path, [], RUN));
      for (const run of runs) {
        const { stdout, status, stderr } = show(run);
        const lines = stdout.split('\n');
        expect({ lines: lines.toSorted(), status, stderr }).toEqual({
          lines: ['', '-1', '0', 'child proc:0'],
          status: 'exited 0',
          stderr: '',
        });
        expect(lines.indexOf('child proc:0')).toBeLessThan(lines.indexOf('0'));
      }
    },
  );
});
