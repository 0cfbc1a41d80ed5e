/** Batches of generated sequences, on the real CPU and in the engine at the same time. */
import { loadDisassembler } from '../../asm/index.ts';
import { Comparison, MAX_STEPS } from './compare.ts';
import type { Known } from './known.ts';
import { buildTracer, type NativeRun, runNative } from './native.ts';
import { firstMismatch, show, shrink } from './shrink.ts';
import { generate } from './x86/generate.ts';
import type { Sequence, X86Isa } from './x86/sequence.ts';

/** Seeds a batch. */
const BATCH = 40;

export interface Result {
  /** Instructions after which everything was compared. */
  readonly compared: number;
  readonly nextSeed: number;
  /** How often each known difference was met. */
  readonly known: ReadonlyMap<Known, number>;
}

interface Batch {
  readonly sequences: readonly Sequence[];
  readonly runs: Promise<NativeRun[]>;
}

/**
 * Compare at least `instructions` instructions, with sequences from `seed` on. Throws at the first difference that is not
 * known, with the smallest sequence that shows it.
 */
export async function lockstep(isa: X86Isa, seed: number, instructions: number, only?: string): Promise<Result> {
  const tracer = await buildTracer();
  const comparison = new Comparison(isa);
  let nextSeed = seed;
  const start = (): Batch => {
    const sequences: Sequence[] = [];
    for (const end = nextSeed + BATCH; nextSeed < end; nextSeed++) sequences.push(...generate(isa, nextSeed, only));
    const runs = runNative(tracer, isa, sequences, MAX_STEPS);
    runs.catch(() => undefined);
    return { sequences, runs };
  };
  try {
    let batch = start();
    while (comparison.compared < instructions) {
      const runs = await batch.runs;
      const { sequences } = batch;
      batch = start();
      for (const [index, sequence] of sequences.entries()) {
        const run = runs[index];
        const mismatch = run === undefined ? null : comparison.compare(sequence, run);
        if (mismatch !== null) throw new Error(await report(tracer, sequence, mismatch));
      }
    }
    await batch.runs;
  } finally {
    comparison.close();
  }
  return { compared: comparison.compared, nextSeed, known: comparison.known };
}

async function report(
  tracer: string,
  sequence: Sequence,
  found: NonNullable<ReturnType<typeof firstMismatch>>,
): Promise<string> {
  const disassembler = await loadDisassembler();
  const again = firstMismatch(tracer, sequence);
  if (again === null) return `only in this order of sequences: ${show(sequence, found, disassembler)}`;
  const small = shrink(tracer, sequence);
  return show(small, firstMismatch(tracer, small) ?? again, disassembler);
}
