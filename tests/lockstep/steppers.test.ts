/** The CPU under ptrace and the process that steps itself: the same of the same sequences. */
import { expect, test } from 'vitest';
import { images, MAX_STEPS } from './compare.ts';
import { buildStepper, buildTracer, runNative, textOfRun } from './native.ts';
import { classNames, generate } from './x86/generate.ts';
import type { X86Isa } from './x86/sequence.ts';

const SEEDS_A_CLASS = 12;

test.each(['x86_64', 'i386'] as const)('every class of sequences does the same in both on %s', async (isa: X86Isa) => {
  const sequences = classNames(isa).flatMap((name) =>
    Array.from({ length: SEEDS_A_CLASS }, (_, i) => generate(isa, 1000 + i, name)).flat(),
  );
  const traced = await runNative(await buildTracer(), isa, sequences, MAX_STEPS);
  const stepped = await runNative(await buildStepper(), isa, sequences, MAX_STEPS);
  for (const [index, { origin }] of sequences.entries()) {
    const [a, b] = [traced[index], stepped[index]];
    if (a === undefined || b === undefined) throw new Error('a run is missing');
    expect({ origin, text: textOfRun(b) }).toEqual({ origin, text: textOfRun(a) });
    for (const [step, { fpu }] of a.steps.entries()) {
      const other = b.steps[step]?.fpu;
      if (fpu !== null && other)
        expect({ origin, step, wrong: images(fpu, other, isa) }).toEqual({ origin, step, wrong: [] });
    }
  }
});
