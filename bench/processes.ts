import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IsaName } from '../kernel/ports.ts';
import { buildLoops, canBuild } from './compile.ts';
import { guestPath } from './guests.ts';
import { type LoopRunner, timeInTurn, timeLoops } from './measure.ts';
import { ISAS, native, qemuUser } from './peers.ts';
import { ratio, seconds, type Table } from './report.ts';

const FORKSCOPE = fileURLToPath(new URL('../bin/forkscope', import.meta.url));
const BUSYBOX = fileURLToPath(new URL('../.guests/amd64/bin/busybox', import.meta.url));

/**
 * A loop, with the iterations that take some tenths of a second in qemu-user and natively, and about a second in forkscope: of that a
 * fifth is still V8's start, interpreting what it compiles then. 0 leaves a runner out.
 */
interface Loop {
  readonly what: string;
  readonly aim?: string;
  /** A guest of asm/guests; otherwise bench/processes/loops.c with this first argument. */
  readonly guest?: string;
  readonly name?: string;
  readonly megabytes?: number;
  readonly isas?: readonly IsaName[];
  readonly own: number;
  readonly qemu: number;
  readonly native: number;
}

const ONE: readonly IsaName[] = ['x86_64'];

const LOOPS: readonly Loop[] = [
  { what: 'getpid', aim: '1 µs', guest: 'getpid-loop', own: 1_000_000, qemu: 500_000, native: 1_000_000 },
  { what: 'fork, _exit, wait', aim: '40 µs', guest: 'fork-exit-wait-loop', own: 40_000, qemu: 200, native: 2_000 },
  { what: 'vfork, _exit, wait', aim: '20 µs', guest: 'vfork-exit-wait-loop', own: 60_000, qemu: 200, native: 3_000 },
  { what: 'vfork, exec of a static program, wait', aim: '300 µs', name: 'exec', own: 4_000, qemu: 0, native: 500 },
  { what: 'pthread_create, join', name: 'thread', own: 12_000, qemu: 2_000, native: 8_000 },
  { what: 'first write to a page', aim: '1.5 µs', name: 'fault', own: 800_000, qemu: 250_000, native: 250_000 },
  { what: 'write to a page shared by fork', aim: '1.5 µs', name: 'cow', own: 500_000, qemu: 60_000, native: 120_000 },
  { what: 'a signal to a handler and back', name: 'signal', own: 100_000, qemu: 50_000, native: 200_000 },
  { what: 'a byte to another process and back', name: 'pipe', own: 60_000, qemu: 10_000, native: 25_000 },
  ...[1, 64, 1024].map((megabytes) => ({
    ...{ what: `fork, _exit, wait beside ${megabytes} MB`, name: 'fork', megabytes, isas: ONE },
    ...(megabytes > 100 ? { own: 250, qemu: 40, native: 100 } : { own: 4_000, qemu: 100, native: 400 }),
  })),
  ...[1, 1024].map((megabytes) => ({
    ...{ what: `vfork, _exit, wait beside ${megabytes} MB`, name: 'vfork', megabytes, isas: ONE },
    ...{ own: 40_000, qemu: 100, native: megabytes > 100 ? 10_000 : 2_000 },
  })),
];

async function runners(isa: IsaName, loop: Loop): Promise<(LoopRunner | null)[]> {
  const path = loop.guest ? await guestPath(loop.guest, isa) : buildLoops(isa);
  const argv = (n: number): string[] => [
    ...(loop.name ? [loop.name] : []),
    String(n),
    ...(loop.megabytes ? [String(loop.megabytes)] : []),
  ];
  const runner = (name: string, before: readonly string[] | null, iterations: number): LoopRunner | null =>
    before && iterations > 0 ? { name, command: (n) => [...before, path, ...argv(n)], iterations } : null;
  return [
    runner('forkscope', [FORKSCOPE, 'run', '--memory', '2G'], loop.own),
    runner('qemu', qemuUser(isa), loop.qemu),
    runner('native', native(isa), loop.native),
  ];
}

/** System calls, process creation, faults and signals next to native Linux and qemu-user. */
export async function processTable(runs: number): Promise<Table> {
  const rows: string[][] = [];
  for (const loop of LOOPS) {
    for (const isa of (loop.isas ?? ISAS).filter(canBuild)) {
      const three = await runners(isa, loop);
      const times = timeLoops(
        three.filter((runner) => runner !== null),
        runs,
      );
      const [own = Number.NaN, qemu, real] = three.map((runner) =>
        runner ? (times.shift() ?? Number.NaN) : Number.NaN,
      );
      rows.push([loop.what, isa, seconds(own), loop.aim ?? '', ...[qemu, real].flatMap((time) => beside(own, time))]);
    }
  }
  return {
    title: 'Processes',
    text: 'Time of one iteration of a loop program (asm/guests, bench/processes), the start of the process taken off, over about a second. Below 1× forkscope is the faster one. qemu-user carries out vfork as fork, and leaves exec of a program to the host, so it has no number there. The last rows have a parent that has written to so much memory of its own.',
    head: ['what', 'ISA', 'forkscope', 'aim', 'qemu-user', 'forkscope / qemu-user', 'native', 'forkscope / native'],
    rows,
  };
}

/** A peer's time and how ours compares. */
function beside(own: number, peer = Number.NaN): string[] {
  return Number.isNaN(peer) ? ['-', '-'] : [seconds(peer), ratio(own / peer)];
}

/** The whole command, from the shell's point of view. */
export function commandTable(runs: number): Table {
  const peers: [name: string, command: string[] | null][] = [
    ['forkscope run busybox true', [FORKSCOPE, 'run', BUSYBOX, 'true']],
    ['node -e 0', ['node', '-e', '0']],
    ['qemu-x86_64 busybox true', qemuUser('x86_64')?.concat(BUSYBOX, 'true') ?? null],
    ['busybox true', native('x86_64')?.concat(BUSYBOX, 'true') ?? null],
  ];
  const there = peers.flatMap(([name, command]) => (command && existsSync(BUSYBOX) ? [{ name, command }] : []));
  const times = timeInTurn(
    there.map(({ command }) => command),
    runs,
  );
  const [own = Number.NaN] = times;
  return {
    title: 'A whole command',
    text: '`forkscope run busybox true` (amd64, static) from start to end. The aim is 0.2 s; `node -e 0` is what Node takes to start.',
    head: ['command', 'time', 'forkscope / this'],
    rows: there.map(({ name }, i) => [name, seconds(times[i] ?? Number.NaN), ratio(own / (times[i] ?? Number.NaN))]),
  };
}
