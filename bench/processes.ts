import { fileURLToPath } from 'node:url';
import type { IsaName } from '../kernel/ports.ts';
import { guestPath } from './guests.ts';
import { type LoopRunner, timeInTurn, timeLoops } from './measure.ts';
import { ratio, seconds, type Table } from './report.ts';

const FORKSCOPE = fileURLToPath(new URL('../bin/forkscope', import.meta.url));
const BUSYBOX = fileURLToPath(new URL('../.guests/amd64/bin/busybox', import.meta.url));
const QEMU: Readonly<Record<IsaName, string>> = { i386: 'qemu-i386', x86_64: 'qemu-x86_64', arm: 'qemu-arm' };

/** Loop programs of asm/guests with the iterations that take about half a second natively, in qemu-user, in forkscope. */
const LOOPS = [
  { guest: 'getpid-loop', what: 'getpid', native: 2_000_000, qemu: 1_000_000, own: 300_000 },
  { guest: 'fork-exit-wait-loop', what: 'fork + _exit + wait', native: 3_000, qemu: 500, own: 5_000 },
  { guest: 'vfork-exit-wait-loop', what: 'vfork + _exit + wait', native: 5_000, qemu: 500, own: 10_000 },
];

function runners(path: string, isa: IsaName, loop: (typeof LOOPS)[number]): LoopRunner[] {
  const own: LoopRunner = {
    name: 'forkscope',
    command: (n) => [FORKSCOPE, 'run', path, String(n)],
    iterations: loop.own,
  };
  const qemu: LoopRunner = { name: 'qemu', command: (n) => [QEMU[isa], path, String(n)], iterations: loop.qemu };
  const native: LoopRunner = { name: 'native', command: (n) => [path, String(n)], iterations: loop.native };
  return isa === 'arm' ? [own, qemu] : [own, qemu, native];
}

/** System calls and process creation next to native Linux and qemu-user. */
export async function processTable(runs: number): Promise<Table> {
  const rows: string[][] = [];
  for (const loop of LOOPS) {
    for (const isa of ['i386', 'x86_64', 'arm'] as const) {
      const path = await guestPath(loop.guest, isa);
      const [own = Number.NaN, qemu = Number.NaN, native = Number.NaN] = timeLoops(runners(path, isa, loop), runs);
      rows.push([
        loop.what,
        isa,
        seconds(own),
        seconds(qemu),
        Number.isNaN(native) ? '-' : seconds(native),
        ratio(own / qemu),
        ratio(own / native),
      ]);
    }
  }
  return {
    title: 'Processes',
    text: 'Time of one iteration of a loop program (asm/guests), the start of the process taken off. Below 1× forkscope is the faster one. qemu-user carries out vfork as fork.',
    head: ['what', 'ISA', 'forkscope', 'qemu-user', 'native', 'forkscope / qemu-user', 'forkscope / native'],
    rows,
  };
}

/** The whole command, from the shell's point of view. */
export function commandTable(runs: number): Table {
  const commands = [
    [FORKSCOPE, 'run', BUSYBOX, 'true'],
    ['node', '-e', '0'],
    [QEMU.x86_64, BUSYBOX, 'true'],
    [BUSYBOX, 'true'],
  ];
  const times = timeInTurn(commands, runs);
  const [own = Number.NaN] = times;
  return {
    title: 'A whole command',
    text: '`forkscope run busybox true` (amd64, static) from start to end. The aim is 0.2 s; `node -e 0` is what Node takes to start.',
    head: ['command', 'time', 'forkscope / this'],
    rows: ['forkscope run busybox true', 'node -e 0', 'qemu-x86_64 busybox true', 'busybox true'].map((name, i) => [
      name,
      seconds(times[i] ?? Number.NaN),
      ratio(own / (times[i] ?? Number.NaN)),
    ]),
  };
}
