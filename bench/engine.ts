import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ClosableCpu, createCpu, createRam } from '../emulator/engine/index.ts';
import { archOf } from '../kernel/arch/index.ts';
import { EXIT, EXIT_RETIRED, type IsaName, type PhysAddr } from '../kernel/ports.ts';
import { buildFlat, canBuild } from './compile.ts';
import { median, timeCommand } from './measure.ts';
import { have, ISAS, native, qemuUser } from './peers.ts';
import { ratio, seconds, type Table } from './report.ts';

const STOCK = fileURLToPath(new URL('../dist/stock-bench', import.meta.url));

/** Files of bench/workloads with the ISAs they are for. */
const WORKLOADS: readonly (readonly [name: string, isas: readonly IsaName[]])[] = [
  ['loop', ISAS],
  ['memory', ISAS],
  ['calls', ISAS],
  ['jumps', ISAS],
  ['repeats', ['i386', 'x86_64']],
  ['strings', ISAS],
  ['floats', ISAS],
  ['sha256', ISAS],
  ['vm', ISAS],
];

const PAGE = 4096;
export const BASE = 0x40_0000;
const PAGES = 64;
const STACK_TOP = BASE + PAGES * PAGE;

/** A CPU in front of a workload whose pages start at BASE; `regs` is where its pt_regs lie. */
export function load(isa: IsaName, flat: Uint8Array): { cpu: ClosableCpu; regs: PhysAddr } {
  const ram = createRam(128 * PAGE);
  const cpu = createCpu(isa, ram);
  const [pgd, pud, pmd, pte, regsPage, code] = [1, 2, 3, 4, 5, 8].map((frame) => frame * PAGE) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const entry = (table: number, index: number, target: number): void => {
    ram.u32[table / 4 + index * 2] = target | 7;
  };
  entry(pgd, 0, pud);
  entry(pud, 0, pmd);
  entry(pmd, BASE >>> 21, pte);
  for (let page = 0; page < PAGES; page++) entry(pte, ((BASE >>> 12) & 511) + page, code + page * PAGE);
  ram.u8.set(flat, code);
  const regs = regsPage + PAGE - 512;
  setStartRegisters(isa, ram.u32, regs);
  cpu.setPageTable(pgd);
  return { cpu, regs };
}

/** The engine, called from TypeScript: seconds and instructions until the program's first system call. */
function runEngine(isa: IsaName, flat: Uint8Array): { seconds: number; retired: number } {
  const { cpu, regs } = load(isa, flat);
  let retired = 0;
  const start = performance.now();
  for (;;) {
    const kind = cpu.run(regs, 0x7fff_ffff);
    retired += (cpu.exit[EXIT_RETIRED] ?? 0) + (cpu.exit[EXIT_RETIRED + 1] ?? 0) * 2 ** 32;
    if (kind === EXIT.syscall) break;
    if (kind !== EXIT.budget) throw new Error(`bench: ${isa}: the workload left with exit ${kind}`);
  }
  const elapsed = (performance.now() - start) / 1000;
  cpu.close();
  return { seconds: elapsed, retired };
}

/** pt_regs of a program at BASE. */
function setStartRegisters(isa: IsaName, u32: Uint32Array, regs: number): void {
  const { ptRegs, wordBytes, initialRegs } = archOf(isa);
  const set = (index: number, value: number): void => {
    u32[regs / 4 + (index * wordBytes) / 4] = value;
  };
  for (const [index, value] of initialRegs) set(index, value);
  set(ptRegs.ip, BASE);
  set(ptRegs.sp, STACK_TOP - 64);
}

/** Arguments of stock-bench: it runs the program up to the address behind the call of `work`, see workloads/start.h. */
function stockArguments(isa: IsaName, flat: string): string[] {
  const until = BASE + (isa === 'arm' ? 4 : 5);
  return [isa, flat, BASE.toString(16), until.toString(16)];
}

/** Seconds of the four on one workload; NaN for a peer that is not there. */
interface Times {
  readonly own: number;
  readonly retired: number;
  readonly stock: number;
  readonly qemu: number;
  readonly native: number;
}

/** A command less what the empty program takes under the same runner. */
function timePeer(runner: readonly string[] | null, elf: string, empty: string): number {
  return runner === null ? Number.NaN : timeCommand([...runner, elf]) - timeCommand([...runner, empty]);
}

/** All in turn, `runs` times; stock Unicorn once only where it takes seconds. */
function measure(name: string, isa: IsaName, runs: number): Times {
  const { flat, elf } = buildFlat(name, isa);
  const empty = buildFlat('empty', isa).elf;
  const bytes = readFileSync(flat);
  const samples: [own: number[], stock: number[], qemu: number[], native: number[]] = [[], [], [], []];
  const [own, stock, qemu, real] = samples;
  let retired = 0;
  for (let run = 0; run < runs; run++) {
    const result = runEngine(isa, bytes);
    retired = result.retired;
    own.push(result.seconds);
    if ((stock[0] ?? 0) < 1 && have(STOCK)) {
      stock.push(Number(execFileSync(STOCK, stockArguments(isa, flat), { encoding: 'utf8' })));
    }
    qemu.push(timePeer(qemuUser(isa), elf, empty));
    real.push(timePeer(native(isa), elf, empty));
  }
  return { own: median(own), retired, stock: median(stock), qemu: median(qemu), native: median(real) };
}

/** The engine against stock Unicorn, qemu-user and the real CPU. */
export function engineTable(runs: number): Table {
  const rows: string[][] = [];
  for (const [name, isas] of WORKLOADS) {
    for (const isa of isas.filter(canBuild)) {
      const times = measure(name, isa, runs);
      rows.push([
        name,
        isa,
        seconds(times.own),
        `${Math.round(times.retired / times.own / 1e6)}`,
        ratio(times.stock / times.own),
        ratio(times.qemu / times.own),
        ratio(times.native / times.own),
      ]);
    }
  }
  return {
    title: 'The engine on compiled code',
    text: 'Programs of bench/workloads as gcc -O2 compiles them (ARM: clang). Stock Unicorn is the same crate unedited, without TypeScript, hooks and instruction count; qemu-user and native are processes, less what an empty one takes. Speed relative to each peer: above 1× the engine is the faster one. Aims: 3× stock Unicorn on compiled code and never below 0.9×, 0.8× qemu-user.',
    head: ['program', 'ISA', 'engine', 'M insn/s', 'stock / engine', 'qemu-user / engine', 'native / engine'],
    rows,
  };
}
