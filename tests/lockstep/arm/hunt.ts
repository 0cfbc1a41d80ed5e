/** Many sequences, one after the other; a difference is made small and told in words. */
import { type Disassembler, loadDisassembler } from '../../../asm/index.ts';
import { Random } from '../random.ts';
import { Comparison, type Mismatch } from './compare.ts';
import { PC } from './engine.ts';
import { CODE, DATA_LEN } from './guest-elf.ts';
import { BODY } from './memory.ts';
import { Qemu } from './qemu.ts';
import { generate, type Instruction, type Sequence, type Shape, withoutInstructions } from './sequence.ts';

export interface Hunt {
  readonly thumb: boolean;
  readonly seed: number;
  /** Stop when so many instructions were compared. */
  readonly instructions: number;
  /** Compare behind every instruction, or at stops and at the end. */
  readonly stepped: boolean;
  readonly shape: Shape;
}

export interface Quarry {
  readonly instructions: number;
  readonly sequences: number;
  readonly stops: number;
  readonly reports: readonly string[];
}

const STEPPED = { steps: 2_000, stops: 600 };
const WHOLE = { steps: 20_000, stops: 100 };
/** Sequences that run in one go are stepped in the engine too, every so many. */
const OWN_STEPS_EVERY = 4;
const MAX_REPORTS = 5;
/** Smaller sequences that are tried for a report. */
const MAX_TRIES = 150;
const POINTER_LOADS = 5;

/** Sequences from `seed` on, until the instructions are used up. Each finds the data that the one before has left. */
export async function hunt(options: Hunt): Promise<Quarry> {
  const comparison = new Comparison(await Qemu.start());
  const random = new Random(options.seed);
  let data: Uint8Array = Uint8Array.from({ length: DATA_LEN }, () => random.below(256));
  let [instructions, sequences, stops] = [0, 0, 0];
  const reports: string[] = [];
  try {
    for (; instructions < options.instructions && reports.length < MAX_REPORTS; sequences++) {
      const sequence = generate(options.seed + sequences, options.thumb, options.shape);
      const both = options.stepped || sequences % OWN_STEPS_EVERY === 0;
      const limits = options.stepped ? STEPPED : WHOLE;
      const { run, mismatch } = await comparison.compare(sequence, data, { stepped: options.stepped, both, limits });
      if (mismatch !== undefined) reports.push(await explain(comparison, sequence, data, mismatch));
      instructions += run.retired;
      stops += run.stops.filter(({ signal }) => signal !== 0).length;
      data = run.data;
    }
  } finally {
    comparison.close();
  }
  return { instructions, sequences, stops, reports };
}

/** Leaves out of the sequence all that is not needed to see a difference, then steps to the instruction that makes it. */
async function explain(comparison: Comparison, sequence: Sequence, data: Uint8Array, seen: Mismatch): Promise<string> {
  const disassembler = await loadDisassembler();
  let smallest = sequence;
  const dropped = new Set<number>();
  // The pointers at the start and the jump at the end keep the rest in bounds.
  const body = [...sequence.instructions.keys()].filter((at) => at >= BODY).slice(POINTER_LOADS, -1);
  let tries = MAX_TRIES;
  for (let size = Math.ceil(body.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let from = 0; from < body.length && tries > 0; from += size) {
      const part = body.slice(from, from + size).filter((at) => !dropped.has(at));
      if (part.length === 0) continue;
      tries--;
      const candidate = withoutInstructions(sequence, new Set([...dropped, ...part]));
      const { mismatch } = await comparison.compare(candidate, data, { stepped: false, both: true, limits: WHOLE });
      if (mismatch?.what !== seen.what) continue;
      for (const at of part) dropped.add(at);
      smallest = candidate;
    }
  }
  const { mismatch = seen } = await comparison.compare(smallest, data, { stepped: true, both: true, limits: STEPPED });
  return describe(smallest, mismatch, disassembler, dropped);
}

function describe(
  sequence: Sequence,
  { what, qemu, engine, instruction, before }: Mismatch,
  disassembler: Disassembler,
  dropped: ReadonlySet<number> = new Set(),
): string {
  const lines = [`${sequence.name}: ${what}: qemu-arm ${qemu}, engine ${engine}`];
  if (instruction !== undefined) lines.push(`  at ${line(sequence, instruction, disassembler)}`);
  if (before !== undefined) {
    const names = 'r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 sp lr pc cpsr'.split(' ');
    lines.push(`  with ${names.map((name, i) => `${name}=${(before[i] ?? 0).toString(16)}`).join(' ')}`);
  }
  const needed = [...sequence.instructions.values()].filter(({ at }) => at >= BODY && !dropped.has(at));
  const until = instruction?.at ?? before?.[PC] ?? Number.POSITIVE_INFINITY;
  lines.push(...needed.filter(({ at }) => at <= until).map((one) => `    ${line(sequence, one, disassembler)}`));
  return lines.join('\n');
}

function line(sequence: Sequence, { at, size, thumb, word }: Instruction, disassembler: Disassembler): string {
  const bytes = sequence.code.subarray(at - CODE, at - CODE + size);
  const { text } = disassembler.one('arm', bytes, at, { thumb });
  const code = word.toString(16).padStart(2 * size, '0');
  return `${at.toString(16)} ${thumb ? 'T' : 'A'} ${code.padEnd(8)} ${text}`;
}
