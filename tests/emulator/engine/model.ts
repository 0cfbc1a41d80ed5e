/** What a guest does, found by single steps: what breakpoints, watchpoints and recordings are compared with. */
import { type AccessRecord, RECORD } from '../../../emulator/engine/index.ts';
import { EXIT, WATCH, type Watchpoint } from '../../../kernel/ports.ts';
import type { Exit, Machine } from './machine.ts';
import { PC } from './machine.ts';

export interface Step {
  /** Of the instruction. */
  readonly pc: number;
  /** struct pt_regs in front of it. */
  readonly ptRegs: Uint8Array;
  readonly accesses: readonly AccessRecord[];
}

export interface Path {
  /** Instructions that retired. */
  readonly steps: readonly Step[];
  /** The exit behind the last one, or that of the instruction that did not retire; budget when the steps were enough. */
  readonly end: Exit;
}

const PT_REGS_LEN = { i386: 68, x86_64: 168, arm: 72 };

export function ptRegsBytes({ isa, ram, ptRegs }: Machine): Uint8Array {
  return ram.u8.slice(ptRegs, ptRegs + PT_REGS_LEN[isa]);
}

/** Step until something other than the end of a step happens, at most `most` times. `each` is called behind every step. */
export function walk(machine: Machine, most: number, each: () => void = () => {}): Path {
  const recording = machine.cpu.observers.record({ what: RECORD.nothing, maxInsns: 4, maxAccesses: 512 });
  const steps: Step[] = [];
  let end: Exit;
  do {
    const pc = Number(machine.get(PC[machine.isa]));
    const ptRegs = ptRegsBytes(machine);
    recording.clear();
    end = machine.run(1);
    const accesses = Array.from({ length: recording.nrAccesses }, (_, i) => recording.access(i));
    if (end.retired === 1) {
      steps.push({ pc, ptRegs, accesses });
      each();
    }
  } while (end.kind === EXIT.budget && steps.length < most);
  recording.stop();
  return { steps, end };
}

/** Bytes [from, to) of an access, as it left them (or, `before`, found them). */
export function bytesOf({ lenBytes, before, after }: AccessRecord, which: 'before' | 'after'): Uint8Array {
  const value = which === 'before' ? before : after;
  return Uint8Array.from({ length: lenBytes }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

export function hits(point: Watchpoint, access: AccessRecord): boolean {
  const from = Math.max(point.start, access.address);
  const to = Math.min(point.start + point.lenBytes, access.address + access.lenBytes);
  if (from >= to) return false;
  if (!access.write) return (point.kinds & WATCH.read) !== 0;
  if (point.kinds & WATCH.write) return true;
  const before = bytesOf(access, 'before').subarray(from - access.address, to - access.address);
  const after = bytesOf(access, 'after').subarray(from - access.address, to - access.address);
  return (point.kinds & WATCH.change) !== 0 && before.some((byte, i) => byte !== after[i]);
}

export interface Stop {
  readonly kind: number;
  readonly retired: number;
  /** Of the hits, in order: watchpoint, pc, address. */
  readonly hits: readonly (readonly [number, number, number])[];
}

/** Where a run from step `at` with this budget must stop. */
export function expectedStop(
  { steps, end }: Path,
  at: number,
  budget: number,
  points: readonly Watchpoint[],
  breakpoints: ReadonlySet<number>,
  endPc: number,
): Stop {
  for (let i = at; ; i++) {
    const retired = i - at;
    if (retired === budget) return { kind: EXIT.budget, retired, hits: [] };
    const step = steps[i];
    if (i > at && breakpoints.has(step?.pc ?? endPc)) return { kind: EXIT.breakpoint, retired, hits: [] };
    if (!step) return { kind: end.kind, retired, hits: [] };
    const found = step.accesses.flatMap((access) =>
      points.filter((point) => hits(point, access)).map(({ id }) => [id, step.pc, access.address] as const),
    );
    if (found.length > 0) return { kind: EXIT.watchpoint, retired: retired + 1, hits: found };
    // A trap instruction counts.
    if (i === steps.length - 1 && end.retired === 1) return { kind: end.kind, retired: retired + 1, hits: [] };
  }
}
