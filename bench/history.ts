import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type History, startRecorded } from '../debugger/history/index.ts';
import { createMemoryConsole } from '../emulator/machine/console.ts';
import { createMachine, type MachineOptions } from '../emulator/machine/machine.ts';
import { median } from './measure.ts';
import { have } from './peers.ts';
import { seconds, type Table } from './report.ts';

const BUSYBOX = fileURLToPath(new URL('../.guests/amd64/bin/busybox', import.meta.url));
const STEPS = 15;
const SEEKS = 12;
const COST_INSNS = 60_000_000;
/** gdb keeps so many instructions by default. */
const GDB_INSNS = 100_000;

interface Workload {
  readonly name: string;
  readonly script: string;
  /** Lengths of a history in instructions. */
  readonly lengths: readonly number[];
}

const LOOP: Workload = {
  name: 'shell loop',
  script: 'i=0; while true; do i=$((i+1)); done',
  lengths: [1e6, 1e7, 1e8, 1e9],
};
const WORKLOADS: readonly Workload[] = [
  LOOP,
  {
    name: 'shell with two forks and a pipe each time',
    script: 'i=0; while true; do i=$((i+1)); echo $i | cat >/dev/null; done',
    lengths: [1e6, 1e7, 1e8],
  },
];

function options(script: string): MachineOptions {
  return {
    ...{ program: '/bin/sh', argv: ['sh', '-c', script], env: [], cwd: '/' },
    mounts: [{ hostPath: BUSYBOX, guestPath: '/bin/sh' }],
    console: createMemoryConsole(),
  };
}

function timed(act: () => void): number {
  const start = performance.now();
  act();
  return (performance.now() - start) / 1000;
}

/** Seconds for the first COST_INSNS instructions, with and without a history. */
function cost(script: string, runs: number): { off: number; on: number } {
  const off: number[] = [];
  const on: number[] = [];
  for (let run = 0; run < runs; run++) {
    const machine = createMachine(options(script));
    off.push(timed(() => machine.run({ untilT: COST_INSNS })));
    machine.close();
    const history = startRecorded(options(script));
    on.push(timed(() => history.advance({ untilT: COST_INSNS })));
    close(history);
  }
  return { off: median(off), on: median(on) };
}

function close(history: History): void {
  history.close();
  history.machine.close();
}

/** A linear congruential generator: the same instants in every run of the bench. */
function* instants(end: number): Generator<number> {
  let state = 12345;
  for (;;) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    yield Math.floor((state / 2 ** 31) * end);
  }
}

/** One history that grows: what going back costs at each of its lengths. */
function growing({ name, script, lengths }: Workload): string[][] {
  const history = startRecorded(options(script));
  const rows = lengths.map((length) => {
    history.advance({ untilT: length });
    const steps = Array.from({ length: STEPS }, () => timed(() => history.seek(history.t - 1)));
    const random = instants(length);
    const seeks = Array.from({ length: SEEKS }, () => timed(() => history.seek(Number(random.next().value))));
    // A step where a seek has gone, which is anywhere.
    const there = timed(() => history.seek(history.t - 1));
    history.seek(length);
    const { journal, snapshots, checkpoints } = history.memory;
    return [
      name,
      length.toExponential(0).replace('e+', 'e'),
      `${seconds(median(steps))} (${seconds(Math.max(...steps))})`,
      seconds(there),
      `${seconds(median(seeks))} (${seconds(Math.max(...seeks))})`,
      `${((journal + snapshots) / 2 ** 20).toFixed(0)} MB, ${checkpoints} checkpoints`,
    ];
  });
  close(history);
  return rows;
}

/** gdb's own: it records each instruction as it steps it. */
function gdbRow(): string[] {
  const name = `gdb record full, ${GDB_INSNS.toLocaleString('en')} instructions`;
  if (!have('gdb')) return [name, '', 'not installed', '', '', ''];
  const directory = mkdtempSync(join(tmpdir(), 'forkscope-bench-'));
  const script = join(directory, 'script');
  const run = (commands: readonly string[]): number => {
    writeFileSync(script, ['set confirm off', 'set pagination off', 'starti', 'record full', ...commands].join('\n'));
    const args = ['-nx', '-batch', '-x', script, '--args', BUSYBOX, 'sh', '-c', LOOP.script];
    return timed(() => spawnSync('gdb', args, { stdio: 'ignore' }));
  };
  try {
    const start = run([]);
    const record = run([`stepi ${GDB_INSNS}`]) - start;
    const back = run([`stepi ${GDB_INSNS}`, ...Array.from({ length: 1000 }, () => 'reverse-stepi')]) - start - record;
    const far = run([`stepi ${GDB_INSNS}`, 'record goto begin']) - start - record;
    return [
      name,
      GDB_INSNS.toExponential(0).replace('e+', 'e'),
      seconds(back / 1000),
      '',
      seconds(far),
      `recording took ${seconds(record)}`,
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function rrRow(): string[] {
  const name = 'rr';
  if (!have('rr')) return [name, '', 'not installed', '', '', ''];
  const ran = spawnSync('rr', ['record', '-n', '/bin/true'], { encoding: 'utf8' });
  const why =
    ran.status === 0
      ? 'runs here: its replay has no step of one instruction of both processes'
      : `does not run here: ${ran.stderr.trim().split('\n').at(-1)}`;
  return [name, '', why, '', '', ''];
}

/** What remembering costs, and what going back does. */
export function historyTable(runs: number): Table {
  const costs = WORKLOADS.map(({ name, script }) => {
    const { off, on } = cost(script, runs);
    return `${name}: ${seconds(off)} off, ${seconds(on)} on, ${(((on - off) / off) * 100).toFixed(1)} %`;
  });
  const rows = WORKLOADS.flatMap(growing);
  return {
    title: 'History',
    text: `busybox sh on x86-64. Recording, over the first ${COST_INSNS / 1e6} million instructions (aim: at most 10 %): ${costs.join('; ')}. Going back, medians with the longest in brackets: one instruction from where the history ends (aim 20 ms), one instruction from where a seek has gone, a seek to anywhere (aim 1 s).`,
    head: ['program', 'instructions', 'step back', 'step back elsewhere', 'seek', 'memory'],
    rows: [...rows, gdbRow(), rrRow()],
  };
}
