import { createCpu, createRam } from '../emulator/engine/index.ts';
import { EXIT } from '../kernel/ports.ts';
import { median } from './measure.ts';
import { seconds, type Table } from './report.ts';

const PAGE = 4096;
const CODE = 0x40_0000;
const ROUNDS = 1_000_000;
/** Frames: the four tables, the code, the pt_regs. */
const [PGD, PUD, PMD, PTE, CODE_FRAME, REGS] = [1, 2, 3, 4, 5, 6].map((frame) => frame * PAGE) as [
  number,
  number,
  number,
  number,
  number,
  number,
];
/** syscall; jmp back. */
const CODE_BYTES = [0x0f, 0x05, 0xeb, 0xfc];
const PT_REGS_LEN = 21 * 8;
const IP = 16;
const CS = 17;
const FLAGS = 18;
const SS = 20;

/** Seconds of run → system call → run, called from TypeScript. */
function measureReentry(): number {
  const ram = createRam(16 * PAGE);
  const cpu = createCpu('x86_64', ram);
  const entry = (table: number, index: number, target: number): void => {
    ram.u32[table / 4 + index * 2] = target | 7;
  };
  entry(PGD, 0, PUD);
  entry(PUD, 0, PMD);
  entry(PMD, CODE >>> 21, PTE);
  entry(PTE, (CODE >>> 12) & 511, CODE_FRAME);
  ram.u8.set(CODE_BYTES, CODE_FRAME);
  const regs = REGS + PAGE - PT_REGS_LEN;
  const set = (index: number, value: number): void => {
    ram.u32[regs / 4 + index * 2] = value;
  };
  set(IP, CODE);
  set(CS, 0x33);
  set(SS, 0x2b);
  set(FLAGS, 0x202);
  cpu.setPageTable(PGD);
  for (let i = 0; i < 1000; i++) {
    if (cpu.run(regs, 1000) !== EXIT.syscall) throw new Error(`bench: the loop left with exit ${cpu.exit[0]}`);
  }
  const start = performance.now();
  for (let i = 0; i < ROUNDS; i++) cpu.run(regs, 1000);
  const elapsed = (performance.now() - start) / 1000;
  cpu.close();
  return elapsed / ROUNDS;
}

/** One exit of the engine and the way back in. */
export function reentryTable(runs: number): Table {
  const values = Array.from({ length: runs }, measureReentry);
  return {
    title: 'Exit and re-entry',
    text: 'One call of `Cpu.run` from TypeScript that loads the registers, executes a `syscall` instruction and stores the registers back. The aim is 0.5 µs.',
    head: ['what', 'median', 'least', 'most'],
    rows: [
      ['run → system call → run', seconds(median(values)), seconds(Math.min(...values)), seconds(Math.max(...values))],
    ],
  };
}
