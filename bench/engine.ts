import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClosableCpu, createCpu, createRam } from '../emulator/engine/index.ts';
import { archOf } from '../kernel/arch/index.ts';
import { EXIT, EXIT_RETIRED, type IsaName, type PhysAddr } from '../kernel/ports.ts';
import { median, timeCommand } from './measure.ts';
import { ratio, seconds, type Table } from './report.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = join(ROOT, 'bench/workloads');
const BUILT = join(ROOT, 'dist/workloads');
const STOCK = join(ROOT, 'dist/stock-bench');
const WORKLOADS = ['loop', 'memory', 'calls', 'sha256'];
const ISAS = ['i386', 'x86_64', 'arm'] as const;
const QEMU: Readonly<Record<IsaName, string>> = { i386: 'qemu-i386', x86_64: 'qemu-x86_64', arm: 'qemu-arm' };

const PAGE = 4096;
export const BASE = 0x40_0000;
const PAGES = 64;
const STACK_TOP = BASE + PAGES * PAGE;

const CFLAGS = ['-O2', '-ffreestanding', '-fno-pic', '-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-c'];
const COMPILER: Readonly<Record<IsaName, readonly string[]>> = {
  i386: ['gcc', '-m32', '-fcf-protection=none'],
  x86_64: ['gcc', '-m64', '-fcf-protection=none'],
  arm: ['clang', '--target=arm-linux-gnueabihf', '-march=armv7-a', '-marm'],
};

/** Compile a workload: the flat bytes and the executable. */
export function build(name: string, isa: IsaName): { flat: string; elf: string } {
  mkdirSync(BUILT, { recursive: true });
  const output = join(BUILT, `${name}.${isa}`);
  const [compiler = '', ...target] = COMPILER[isa];
  execFileSync(compiler, [...target, ...CFLAGS, join(SOURCES, `${name}.c`), '-o', `${output}.o`]);
  const link = ['-T', join(SOURCES, 'flat.lds'), '-e', '_start', `${output}.o`];
  execFileSync('ld.lld', [...link, '--oformat=binary', '-o', `${output}.bin`]);
  execFileSync('ld.lld', [...link, '-o', `${output}.elf`]);
  return { flat: `${output}.bin`, elf: `${output}.elf` };
}

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

/** The engine against stock Unicorn, qemu-user and the real CPU. */
export function engineTable(runs: number): Table {
  const rows: string[][] = [];
  for (const name of WORKLOADS) {
    for (const isa of ISAS) {
      const { flat, elf } = build(name, isa);
      const bytes = readFileSync(flat);
      const times: number[][] = [[], [], [], []];
      let retired = 0;
      for (let run = 0; run < runs; run++) {
        const own = runEngine(isa, bytes);
        retired = own.retired;
        times[0]?.push(own.seconds);
        times[1]?.push(Number(execFileSync(STOCK, stockArguments(isa, flat), { encoding: 'utf8' })));
        times[2]?.push(timeCommand([QEMU[isa], elf]));
        if (isa !== 'arm') times[3]?.push(timeCommand([elf]));
      }
      const [own = Number.NaN, stock = Number.NaN, qemu = Number.NaN, native = Number.NaN] = times.map(median);
      rows.push([
        name,
        isa,
        seconds(own),
        `${Math.round(retired / own / 1e6)}`,
        ratio(stock / own),
        ratio(qemu / own),
        isa === 'arm' ? '-' : ratio(native / own),
      ]);
    }
  }
  return {
    title: 'The engine on compiled code',
    text: 'Programs of bench/workloads as gcc -O2 compiles them (ARM: clang). Stock Unicorn is the same crate unedited, without TypeScript, hooks and instruction count; qemu-user and native are whole processes. Speed relative to each peer: above 1× the engine is the faster one.',
    head: ['program', 'ISA', 'engine', 'M insn/s', 'stock / engine', 'qemu-user / engine', 'native / engine'],
    rows,
  };
}
