import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { buildGuest } from '../../../asm/guests/build.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { cycleMachines, residentBytes, takeSnapshots } from './leaks.ts';
import { startShell } from './programs.ts';

const MIB = 2 ** 20;
const LOOP = 'i=0; while true; do i=$((i+1)); echo $i > /tmp/f; cat /tmp/f | cat > /tmp/g; done';

/** `make test-all` does it as often as docs/snapshots.md says. */
const SWEEP = process.env.FORKSCOPE_SWEEPS === '1';

describe('nothing stays in memory', () => {
  test('of machines that were created, run and closed', async () => {
    const isas: IsaName[] = ['i386', 'x86_64', 'arm'];
    const elves = new Map<IsaName, Uint8Array>();
    for (const isa of isas) elves.set(isa, await buildGuest('vfork-step', isa));
    await cycleMachines(elves, 30);
    const before = await residentBytes();
    const cycles = SWEEP ? 10_000 : 150;
    await cycleMachines(elves, cycles);
    const grown = (await residentBytes()) - before;
    console.log(
      `${cycles} machines: ${(before / MIB).toFixed(1)} MiB before, ${(grown / MIB).toFixed(1)} MiB more after`,
    );
    // The garbage collector leaves some; a machine that stayed would keep about 2 MiB.
    expect(grown).toBeLessThan(SWEEP ? 200 * MIB : 100 * MIB);
  });

  test('of snapshots that were released', async () => {
    // A machine alone grows up to its 64 MiB of translated code, so each has its own and is closed.
    const session = (count: number): void => {
      const { machine } = startShell('x86_64', LOOP);
      takeSnapshots(machine, count, 50);
      machine.close();
    };
    session(1_000);
    const before = await residentBytes();
    const count = SWEEP ? 100_000 : 1_000;
    session(count);
    const grown = (await residentBytes()) - before;
    console.log(
      `${count} snapshots: ${(before / MIB).toFixed(1)} MiB before, ${(grown / MIB).toFixed(1)} MiB more after`,
    );
    // Each copies a handful of pages and some 100 KiB of kernel objects.
    expect(grown).toBeLessThan(80 * MIB);
  });

  test('of snapshots that were forgotten without a release', async () => {
    const { machine } = startShell('x86_64', LOOP);
    machine.run({ untilT: 200_000 });
    const { u8, dirty } = machine.ram;
    const forget = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        for (let frame = 8192; frame < 8192 + 256; frame++) {
          u8[frame * 4096 + 7] = (i % 255) + 1;
          dirty[frame] = 1;
        }
        machine.ram.snapshot();
        if (i % 10 === 0) await setImmediate();
      }
    };
    await forget(50);
    const before = await residentBytes();
    // 1 MiB each.
    await forget(500);
    expect((await residentBytes()) - before).toBeLessThan(150 * MIB);
    machine.close();
  });
});
