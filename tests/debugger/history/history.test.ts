import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { buildGuest } from '../../../asm/guests/build.ts';
import { assemble, linkExecutable } from '../../../asm/index.ts';
import { type History, startRecorded } from '../../../debugger/history/index.ts';
import { createMemoryConsole, type MemoryConsole } from '../../../emulator/machine/console.ts';
import type { MachineOptions } from '../../../emulator/machine/machine.ts';
import type { IsaName } from '../../../kernel/ports.ts';

const ISAS: IsaName[] = ['i386', 'x86_64', 'arm'];
const ARCH = { i386: 'i386', x86_64: 'amd64', arm: 'armhf' } as const;

let history: History | null = null;
let output: MemoryConsole = createMemoryConsole();

afterEach(() => {
  history?.close();
  history?.machine.close();
  history = null;
});

function start(hostPath: string, argv: string[], options: Partial<MachineOptions> = {}): History {
  output = createMemoryConsole(Buffer.from('one\ntwo\n'));
  history = startRecorded({
    ...{ program: '/guest', argv, env: [], cwd: '/', console: output, mounts: [{ hostPath, guestPath: '/guest' }] },
    memoryBytes: 64 * 1024 ** 2,
    ...options,
  });
  return history;
}

async function startGuest(name: string, isa: IsaName): Promise<History> {
  return startBytes(await buildGuest(name, isa));
}

function startBytes(elf: Uint8Array): History {
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-history-'));
  const path = join(directory, 'guest');
  writeFileSync(path, elf, { mode: 0o755 });
  try {
    return start(path, ['guest']);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** busybox sh over a script with forks, execs, pipes, waits and a signal. */
function startShell(isa: IsaName, script: string): History {
  const path = fileURLToPath(new URL(`../../../.guests/${ARCH[isa]}/bin/busybox`, import.meta.url));
  return start(path, ['busybox', 'sh', '-c', script]);
}

/** The hash at every instant from where the history stands, a step at a time, to the end or `steps` further. */
function walk(one: History, steps = Number.POSITIVE_INFINITY): Map<number, string> {
  const hashes = new Map<number, string>();
  for (let i = 0; i <= steps; i++) {
    one.next();
    hashes.set(one.t, one.machine.hash());
    if (one.advance({ untilT: one.t + 1 }) !== 'limit') break;
  }
  return hashes;
}

describe.each(ISAS)('going back, %s', (isa) => {
  test.each(['vfork-step', 'child-printed-twice', 'child-printed-twice-fork'])(
    'every instant of %s is the same from either side',
    async (name) => {
      const one = await startGuest(name, isa);
      const hashes = walk(one);
      expect(hashes.size).toBeGreaterThan(50);
      for (let t = one.end; t >= 0; t--) {
        one.seek(t);
        expect(one.t).toBe(t);
        expect(one.machine.hash(), `t=${t}`).toBe(hashes.get(t));
      }
    },
  );

  test('random instants of a shell with pipes and signals are the same from either side', () => {
    const one = startShell(isa, 'echo $((6*7)) | cat; read x; (kill -9 $$ & wait) | cat; echo never');
    expect(one.advance()).toBe('done');
    const { end } = one;
    expect(end).toBeGreaterThan(10_000);
    const forward = new Map<number, string>();
    const instants = fc.sample(fc.integer({ min: 0, max: end }), { numRuns: 40, seed: 7 }).sort((a, b) => a - b);
    for (const t of instants) {
      one.seek(t);
      forward.set(t, one.machine.hash());
    }
    for (const t of instants.reverse()) {
      one.seek(t);
      expect(one.machine.hash(), `t=${t}`).toBe(forward.get(t));
    }
  });
});

test('what the guest wrote goes out once, however often its instant is passed', async () => {
  const one = await startGuest('child-printed-twice', 'i386');
  one.advance();
  const written = output.bytes().toString();
  expect(written).toBe('child proc:0\n0\nchild proc:0\n');
  one.seek(0);
  expect(one.advance()).toBe('done');
  one.seek(Math.floor(one.end / 2));
  one.advance();
  expect(output.bytes().toString()).toBe(written);
});

test('a history that runs in slices with checkpoints is the one that runs at once', () => {
  const script = 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); done; echo $i | cat';
  const whole = startShell('i386', script);
  expect(whole.advance()).toBe('done');
  const { end } = whole;
  const hash = whole.machine.hash();
  whole.close();
  whole.machine.close();
  const sliced = startShell('i386', script);
  let slices = 0;
  while (sliced.advance({ sliceMs: 0 }) === 'slice') slices++;
  expect(slices).toBeGreaterThan(3);
  expect(sliced.end).toBe(end);
  expect(sliced.machine.hash()).toBe(hash);
});

describe('an edit', () => {
  const source = '.global _start\n_start:\n mov $1,%eax\n mov $7,%ebx\n nop\n int $0x80\n';
  async function startProgram(): Promise<History> {
    return startBytes(linkExecutable(await assemble([{ file: 'test.S', text: source }], { isa: 'i386' })));
  }

  test('in the past begins a branch, and both ends can be visited', async () => {
    const one = await startProgram();
    one.advance();
    expect(one.machine.status).toBe(7 << 8);
    one.seek(2);
    const branch = one.happen({ kind: 'set-register', pid: 1000, name: 'ebx', value: 9n }, 'nine');
    expect(branch).toMatchObject({ id: 1, name: 'nine', parent: { id: 0, t: 2 } });
    one.advance();
    expect(one.machine.status).toBe(9 << 8);
    one.switchTo(0);
    one.advance();
    expect(one.machine.status).toBe(7 << 8);
    one.switchTo(1);
    one.seek(1);
    one.advance();
    expect(one.machine.status).toBe(9 << 8);
    expect(one.branches.map(({ name, end }) => [name, end])).toEqual([
      ['main', 4],
      ['nine', 4],
    ]);
  });

  test('of a process or a register that is not there is refused, and nothing changes', async () => {
    const one = await startProgram();
    one.seek(0);
    const hash = one.machine.hash();
    expect(() => one.happen({ kind: 'set-register', pid: 5, name: 'ebx', value: 9n })).toThrow('no process 5');
    expect(() => one.happen({ kind: 'set-register', pid: 1000, name: 'rbx', value: 9n })).toThrow('no register rbx');
    expect(one.machine.hash()).toBe(hash);
    expect(one.branches.length).toBe(1);
    one.advance();
    one.seek(1);
    expect(() => one.happen({ kind: 'set-register', pid: 5, name: 'ebx', value: 9n })).toThrow('no process 5');
    expect(one.branches.length).toBe(1);
  });
});

test('an instant that is not recorded is refused', async () => {
  const one = await startGuest('vfork-step', 'i386');
  one.advance({ untilT: 10 });
  expect(() => one.seek(11)).toThrow('t=11 is not recorded: 0 to 10 is');
  expect(() => one.seek(-1)).toThrow(RangeError);
  expect(() => one.seek(1.5)).toThrow(RangeError);
  expect(one.t).toBe(10);
});
