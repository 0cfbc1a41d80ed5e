import { fileURLToPath } from 'node:url';
import { createRam } from '../emulator/engine/index.ts';
import { createMemoryConsole } from '../emulator/machine/console.ts';
import { createMachine, type Machine } from '../emulator/machine/machine.ts';
import { median } from './measure.ts';
import { seconds, type Table } from './report.ts';

const BUSYBOX = fileURLToPath(new URL('../.guests/amd64/bin/busybox', import.meta.url));
const PAGE = 4096;
const WORKING_SET = 16 * 2 ** 20;
const DIRTY = 2 ** 20;
const ROUNDS = 50;

/** Median seconds of `act`, with `prepare` before each, not counted. */
function time(prepare: (round: number) => void, act: () => void): number {
  const samples: number[] = [];
  for (let round = -10; round < ROUNDS; round++) {
    prepare(round);
    const start = performance.now();
    act();
    if (round >= 0) samples.push((performance.now() - start) / 1000);
  }
  return median(samples);
}

/** RAM alone: a working set of 16 MB, 1 MB of it written between two snapshots, in pages spread over all of it. */
function ramRows(): string[][] {
  const ram = createRam(2 ** 30);
  const write = (bytes: number, value: number): void => {
    const step = (WORKING_SET / bytes) * PAGE;
    for (let at = 0; at < WORKING_SET; at += step) {
      ram.u8.fill(value, at, at + 64);
      ram.dirty[at / PAGE] = 1;
    }
  };
  write(WORKING_SET, 7);
  const first = ram.snapshot();
  const dirty = (round: number): void => write(DIRTY, round + 100);
  const copy = (): void => {
    for (let at = 0; at < WORKING_SET; at += (WORKING_SET / DIRTY) * PAGE) ram.u8.slice(at, at + PAGE);
  };
  const keep = Array.from({ length: 10 }, () => first);
  const rows = [
    ['RAM: snapshot, 16 MB in use, 1 MB changed', seconds(time(dirty, () => void keep.push(ram.snapshot())))],
    ['RAM: hash, 1 MB changed', seconds(time(dirty, () => void ram.hash()))],
    ['RAM: restore, 1 MB changed', seconds(time(dirty, () => ram.restore(first)))],
    [
      'RAM: snapshot, nothing changed',
      seconds(
        time(
          () => {},
          () => ram.snapshot().release(),
        ),
      ),
    ],
    ['for comparison: copying that 1 MB page by page in JavaScript', seconds(time(dirty, copy))],
  ];
  for (const snapshot of keep) snapshot.release();
  ram.discard();
  return rows;
}

function shell(): Machine {
  const machine = createMachine({
    ...{
      program: '/bin/sh',
      argv: ['sh', '-c', 'i=0; while true; do i=$((i+1)); echo $i | cat; done'],
      env: [],
      cwd: '/',
    },
    mounts: [{ hostPath: BUSYBOX, guestPath: '/bin/sh' }],
    console: createMemoryConsole(),
  });
  machine.run({ untilT: 1_000_000 });
  return machine;
}

/** busybox sh with a pipeline, in 1 GiB of RAM: `steps` instructions between two snapshots. */
function machineRows(): string[][] {
  const machine = shell();
  const first = machine.snapshot();
  const rows = [100, 100_000].flatMap((steps) => {
    const run = (): void => void machine.run({ untilT: machine.t + steps });
    const after = `${steps.toLocaleString('en')} instructions later`;
    return [
      [`machine: snapshot, ${after}`, seconds(time(run, () => machine.snapshot().release()))],
      [`machine: restore, ${after}`, seconds(time(run, () => machine.restore(first)))],
      [`machine: hash, ${after}`, seconds(time(run, () => void machine.hash()))],
    ];
  });
  machine.close();
  return rows;
}

export function snapshotTable(): Table {
  return {
    title: 'Snapshots',
    text: 'Medians. The aim for the first row is 1 ms. A whole machine is `busybox sh` with a pipeline: its RAM, and the objects of the kernel, which are copied every time.',
    head: ['what', 'time'],
    rows: [...ramRows(), ...machineRows()],
  };
}
