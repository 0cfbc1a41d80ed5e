import { readFileSync } from 'node:fs';
import { type ClosableCpu, RECORD, type Recording } from '../emulator/engine/index.ts';
import { EXIT, EXIT_RETIRED, type IsaName, WATCH } from '../kernel/ports.ts';
import { buildFlat, canBuild } from './compile.ts';
import { BASE, load } from './engine.ts';
import { median } from './measure.ts';
import { ISAS } from './peers.ts';
import { ratio, seconds, type Table } from './report.ts';

const WORKLOADS = ['memory', 'sha256'];
const INSNS = 20_000_000;
/** A page that the workloads do not touch. */
const ELSEWHERE = BASE + 40 * 4096;
const NR_BREAKPOINTS = 4000;
/** Records that fit the second-level cache. */
const BUFFER = 8192;

interface Case {
  readonly name: string;
  /** Returns the recording to drain, if there is one. */
  readonly start: (cpu: ClosableCpu) => Recording | null;
}

const CASES: readonly Case[] = [
  { name: 'nothing', start: () => null },
  { name: 'one watchpoint elsewhere', start: watchElsewhere },
  { name: `${NR_BREAKPOINTS} breakpoints elsewhere`, start: breakElsewhere },
  { name: 'record pcs', start: (cpu) => cpu.observers.record({ what: RECORD.pcs, maxInsns: BUFFER }) },
  { name: 'record registers', start: (cpu) => cpu.observers.record({ what: RECORD.registers, maxInsns: BUFFER }) },
  {
    name: 'record accesses',
    start: (cpu) => cpu.observers.record({ what: RECORD.nothing, maxInsns: BUFFER, maxAccesses: BUFFER }),
  },
  {
    name: 'record registers and accesses',
    start: (cpu) => cpu.observers.record({ what: RECORD.registers, maxInsns: BUFFER, maxAccesses: BUFFER }),
  },
];

function watchElsewhere(cpu: ClosableCpu): null {
  cpu.observers.setWatchpoint({ id: 1, start: ELSEWHERE, lenBytes: 8, kinds: WATCH.write });
  return null;
}

function breakElsewhere(cpu: ClosableCpu): null {
  for (let i = 0; i < NR_BREAKPOINTS; i++) cpu.setBreakpoint(ELSEWHERE + i);
  return null;
}

/** Million instructions a second of the first INSNS instructions; a recording is looked at and cleared whenever it is full. */
function speed(isa: IsaName, flat: Uint8Array, { start }: Case): number {
  const { cpu, regs } = load(isa, flat);
  cpu.run(regs, 1000);
  const recording = start(cpu);
  let left = INSNS;
  let drained = 0;
  const begin = performance.now();
  while (left > 0) {
    const kind = cpu.run(regs, left);
    left -= cpu.exit[EXIT_RETIRED] ?? 0;
    if (kind === EXIT.budget) break;
    if (kind !== EXIT.recordFull || !recording) throw new Error(`bench: ${isa}: the workload left with exit ${kind}`);
    drained += recording.nrInsns + recording.nrAccesses + (recording.insns[0] ?? 0);
    recording.clear();
  }
  const elapsed = (performance.now() - begin) / 1000;
  cpu.close();
  if (recording && drained === 0) throw new Error('bench: nothing was recorded');
  return INSNS / elapsed / 1e6;
}

/** Seconds to set and clear thousands of breakpoints and run on, with the workload translated. */
function breakpointRound(isa: IsaName, flat: Uint8Array): number {
  const { cpu, regs } = load(isa, flat);
  cpu.run(regs, 100_000);
  const begin = performance.now();
  breakElsewhere(cpu);
  cpu.run(regs, 1);
  for (let i = 0; i < NR_BREAKPOINTS; i++) cpu.clearBreakpoint(ELSEWHERE + i);
  cpu.run(regs, 1);
  const elapsed = (performance.now() - begin) / 1000;
  cpu.close();
  return elapsed;
}

/** What it costs to look at a program while it runs. */
export function recordTable(runs: number): Table {
  const rows: string[][] = [];
  for (const name of WORKLOADS) {
    for (const isa of ISAS.filter(canBuild)) {
      const flat = readFileSync(buildFlat(name, isa).flat);
      const speeds = CASES.map((): number[] => []);
      for (let run = 0; run < runs; run++) {
        for (const [i, one] of CASES.entries()) speeds[i]?.push(speed(isa, flat, one));
      }
      const medians = speeds.map(median);
      const full = medians[0] ?? Number.NaN;
      CASES.forEach((one, i) => {
        const value = medians[i] ?? Number.NaN;
        rows.push([name, isa, one.name, value.toFixed(value < 100 ? 1 : 0), ratio(value / full)]);
      });
    }
  }
  const isa = ISAS.find(canBuild) ?? 'x86_64';
  const flat = readFileSync(buildFlat('sha256', isa).flat);
  const round = median(Array.from({ length: runs }, () => breakpointRound(isa, flat)));
  return {
    title: 'Breakpoints, watchpoints, recording',
    text: `The first ${INSNS / 1e6} million instructions of a workload, with observers of each kind; a recording is drained from TypeScript through a buffer of ${BUFFER} records. Aims: 15 M insn/s with all registers, a third of the speed with a watchpoint elsewhere. Setting ${NR_BREAKPOINTS} breakpoints, running one instruction, clearing them and running another takes ${seconds(round)}.`,
    head: ['program', 'ISA', 'observer', 'M insn/s', 'of full speed'],
    rows,
  };
}
