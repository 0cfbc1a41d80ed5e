/** Programs that want everything: the machine stays within its memory, and its host gets an end that it can tell. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryConsole } from '../../emulator/machine/console.ts';
import { createMachine, type Machine } from '../../emulator/machine/machine.ts';
import type { Clock, IsaName } from '../../kernel/ports.ts';
import { followHostClock, nowNs } from '../../kernel/sched.ts';
import { buildC, buildCFile } from '../oracle/build.ts';
import { machineOptions } from '../oracle/forkscope.ts';
import { findLeaks } from '../oracle/leaks.ts';
import { testKernel } from './support.ts';

const HOG = fileURLToPath(new URL('bad-guests/hog.c', import.meta.url));
const SIGKILL = 9;

let machine: Machine | null = null;

afterEach(() => {
  machine?.close();
  machine = null;
});

function start(path: string, args: readonly string[], options: { memoryBytes?: number; clock?: Clock } = {}) {
  const console = createMemoryConsole(new Uint8Array(0));
  const started = createMachine({ ...machineOptions(path, args, {}), console, ...options });
  machine = started;
  return { started, console };
}

describe.each<IsaName>(['x86_64', 'i386', 'arm'])('bad guests on %s', (isa) => {
  it('a memory hog is killed when the memory is used up, with one line on the console', async () => {
    const { started, console } = start(await buildCFile(HOG, 'hog', isa), [], { memoryBytes: 24 << 20 });
    expect(started.run()).toBe('done');
    expect(started.status).toBe(SIGKILL);
    expect(console.bytes(2).toString()).toMatch(/^out of memory \(24 MiB\): killed process 1000 \([^)]*\)\n$/);
    expect(started.kernel.state.log.join('\n'), 'told once').not.toContain('out of memory');
    expect(findLeaks(started.kernel.state)).toEqual([]);
  });

  it('hogs that fork are killed one after the other, until none is left', async () => {
    const { started, console } = start(await buildCFile(HOG, 'hog', isa), ['fork'], { memoryBytes: 24 << 20 });
    expect(started.run()).toBe('done');
    expect(console.bytes(2).toString().split('\n').length).toBeGreaterThan(3);
    expect(findLeaks(started.kernel.state)).toEqual([]);
  });

  it('an endless loop stops at the limit of instructions', async () => {
    const { started } = start(await buildC('limit-cpu', isa), [], { memoryBytes: 24 << 20 });
    expect(started.run({ untilT: 1_000_000 })).toBe('limit');
    expect(started.status).toBe(null);
  });
});

describe('real time', () => {
  it("the clock follows the host's and never goes back", () => {
    let host = 0;
    const k = testKernel(16 << 20, { clock: { bootTimeNs: 0n, hostNs: () => host } });
    const at = (ns: number): number => {
      host = ns;
      followHostClock(k);
      return nowNs(k);
    };
    expect(at(1000)).toBe(1000);
    k.state.t += 5000;
    expect(at(2000)).toBe(6000);
    expect(at(7000)).toBe(7000);
  });

  it('a sleep is waited for, not skipped', async () => {
    let host = 0;
    const clock: Clock = { bootTimeNs: 0n, hostNs: () => host };
    const { started, console } = start(await buildC('timerfd-periodic', 'x86_64'), [], { clock });
    const reasons: string[] = [];
    for (let reason = started.run(); reason !== 'done'; reason = started.run()) {
      reasons.push(reason);
      host += 10_000_000;
    }
    // It sleeps for 70 ms.
    expect(new Set(reasons)).toEqual(new Set(['idle']));
    expect(reasons.length).toBeGreaterThanOrEqual(6);
    expect(console.bytes(1).toString()).toContain('several: 1\n');
  });
});
