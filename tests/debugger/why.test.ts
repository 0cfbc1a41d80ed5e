import { afterEach, describe, expect, test } from 'vitest';
import { placeText } from '../../debugger/code.ts';
import { type Recording, recordRun } from '../../debugger/recording.ts';
import type { IsaName } from '../../kernel/ports.ts';
import { type Guest, startGuest } from './support.ts';

let guest: Guest | null = null;

afterEach(() => {
  guest?.machine.close();
  guest = null;
});

async function record(name: string, isa: IsaName): Promise<Recording> {
  guest = await startGuest(name, isa);
  return recordRun(guest.machine, guest.code);
}

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];

describe.each(ISAS)('returns that another process took over, %s', (isa) => {
  test('the parent returns to where the child last called from', async () => {
    const { returns, steps } = await record('child-printed-twice', isa);
    const [first] = returns.found;
    expect(first?.pushed.pid).toBe(1001);
    expect(first?.took.pid).toBe(1000);
    expect(first?.slept?.pid).toBe(1000);
    expect(first?.took.place?.name).toBe('createproc');
    const [slept, pushed, woken, took] = [first?.slept?.t, first?.pushed.t, first?.wokenAt, first?.took.t].map(Number);
    expect([slept, pushed, woken, took]).toEqual([slept, pushed, woken, took].sort((a, b) => Number(a) - Number(b)));
    const next = steps.find((step) => step.pid === 1000 && step.t > Number(took));
    expect(next?.pc).toBe(first?.value);
  });

  test('what should have been there is known', async () => {
    const { returns, steps } = await record('child-printed-twice', isa);
    const meant = returns.found[0]?.meant;
    expect(meant?.step.pid).toBe(1000);
    const call = steps.find((step) => step.pid === 1000 && step.operands === 'createproc');
    expect(meant?.value).toBe(Number(call?.pc) + Number(call?.bytes.length));
  });

  test('nothing is found where each process has a stack of its own', async () => {
    expect((await record('child-printed-twice-fork', isa)).returns.found).toEqual([]);
  });

  test('nothing is found where the stub keeps its return address in a register', async () => {
    expect((await record('vfork-step', isa)).returns.found).toEqual([]);
  });
});

test('i386: the three instructions of gcc 4 are call exit, int $0x80 and ret', async () => {
  const { returns } = await record('child-printed-twice', 'i386');
  const { pushed, slept, took, value } = returns.found[0] ?? {};
  expect([pushed, slept, took].map((step) => `${step?.mnemonic} ${step?.operands}`.trim())).toEqual([
    'call exit',
    'int $0x80',
    'ret',
  ]);
  const mm = guest?.machine.kernel.state.tasks.get(1000)?.mm;
  expect(mm).toBeUndefined();
  expect(pushed?.place && placeText(pushed.place)).toMatch(/^main\+/);
  expect(pushed && pushed.pc + pushed.bytes.length).toBe(value);
});

test('i386: the layout of gcc 12 hides the mistake: no return is taken over', async () => {
  expect((await record('child-printed-twice-gcc12', 'i386')).returns.found).toEqual([]);
});
