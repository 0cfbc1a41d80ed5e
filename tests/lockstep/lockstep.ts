/** Batches of generated sequences, on the real CPU and in the engine at the same time. */
import { loadDisassembler } from '../../asm/index.ts';
import { Comparison, MAX_STEPS } from './compare.ts';
import type { Known } from './known.ts';
import { buildStepper, buildTracer, type NativeRun, runNative, runNativeSync, textOfRun } from './native.ts';
import { firstMismatch, show, shrink } from './shrink.ts';
import { generate } from './x86/generate.ts';
import type { Sequence, X86Isa } from './x86/sequence.ts';

/** Runs of the CPU that were others when they were done again, before this gives up. */
const MAX_UNSTABLE = 5;

/** Seeds a batch. */
const BATCH = 60;

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

export interface Options {
  /** Sequences of one class. */
  readonly only?: string;
  /** By native/stepper.c, which takes a fraction of the time; a difference is looked at again under ptrace. */
  readonly fast?: boolean;
}

/**
 * Compare at least `instructions` instructions, with sequences from `seed` on. Throws at the first difference that is not
 * known, with the smallest sequence that shows it.
 */
export async function lockstep(
  isa: X86Isa,
  seed: number,
  instructions: number,
  { only, fast = false }: Options = {},
): Promise<Result> {
  const tracer = await buildTracer();
  const native = fast ? await buildStepper() : tracer;
  const comparison = new Comparison(isa);
  let nextSeed = seed;
  let unstable = 0;
  const start = (): Batch => {
    const sequences: Sequence[] = [];
    for (const end = nextSeed + BATCH; nextSeed < end; nextSeed++) sequences.push(...generate(isa, nextSeed, only));
    const runs = runNative(native, isa, sequences, MAX_STEPS);
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
        let mismatch = run === undefined ? null : comparison.compare(sequence, run);
        if (mismatch !== null && run !== undefined) {
          const again = runNativeSync(tracer, sequence, MAX_STEPS);
          if (textOfRun(run) !== textOfRun(again)) {
            // A virtual machine may report a step of a faulting string instruction that did nothing.
            if (++unstable > MAX_UNSTABLE) throw new Error('the CPU under ptrace does not do the same twice');
            mismatch = comparison.compare(sequence, again);
          }
        }
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
  const small = shrink(tracer, sequence, again);
  return show(small, firstMismatch(tracer, small) ?? again, disassembler);
}
