/** What stays in memory after many machines and many snapshots, measured. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Machine } from '../../../emulator/machine/machine.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { startElf } from '../../debugger/support.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

const ISAS: readonly IsaName[] = ['i386', 'x86_64', 'arm'];

/** Resident bytes once all garbage is gone; finalizers run between the turns of the event loop. */
export async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc();
    await setImmediate();
  }
  return process.memoryUsage.rss();
}

/** Create, run to the end and close `count` machines, ISAs in turn, without any help for the garbage collector. */
export async function cycleMachines(elves: ReadonlyMap<IsaName, Uint8Array>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const elf = elves.get(ISAS[i % ISAS.length] ?? 'arm');
    if (!elf) throw new Error('no program');
    const { machine } = await startElf(elf, { memoryBytes: 2 ** 30 });
    machine.run();
    if (machine.status !== 0) throw new Error(`status ${machine.status}`);
    machine.close();
    // Timers and finalizers get their turn, as they do in every program that waits for anything.
    if (i % 50 === 0) await setImmediate();
  }
}

/** `count` snapshots while the machine runs, `alive` of them at a time, with a restore now and then. */
export function takeSnapshots(machine: Machine, count: number, alive: number): void {
  const kept = [machine.snapshot()];
  for (let i = 0; i < count; i++) {
    machine.run({ untilT: machine.t + 100 });
    kept.push(machine.snapshot());
    if (kept.length > alive) kept.splice((i * 7919) % alive, 1)[0]?.release();
    const back = kept[(i * 104_729) % kept.length];
    if (i % 10 === 0 && back) machine.restore(back);
  }
  for (const snapshot of kept) snapshot.release();
}
