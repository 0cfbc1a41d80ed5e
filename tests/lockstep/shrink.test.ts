/** What a difference looks like when it is reported. cpuid is one that there will always be: the engine's CPU is another. */
import { expect, test } from 'vitest';
import { loadDisassembler } from '../../asm/index.ts';
import { buildTracer } from './native.ts';
import { firstMismatch, show, shrink } from './shrink.ts';
import { generate } from './x86/generate.ts';
import { type Instruction, type Sequence, USER } from './x86/sequence.ts';

/** The leaf with the signature of a hypervisor. */
const SIGNATURE_LEAF = 0x4000_0000;
const MOVE: Instruction = { name: 'mov', bytes: [0xb8, 0, 0, 0, SIGNATURE_LEAF >>> 24] };
const CPUID: Instruction = { name: 'cpuid', bytes: [0x0f, 0xa2] };
const NEUTRAL: Instruction = { name: 'nop', bytes: [0x90] };

function planted(): Sequence {
  const [sequence] = generate('x86_64', 1, 'vector');
  if (sequence === undefined) throw new Error('no sequence');
  const filler = Array.from({ length: 8 }, () => NEUTRAL);
  return { ...sequence, instructions: [...filler, MOVE, ...filler, CPUID, ...filler] };
}

test('a difference is shrunk to the instructions that make it, and shown as bytes, text and start state', async () => {
  const tracer = await buildTracer();
  const sequence = planted();
  const found = firstMismatch(tracer, sequence);
  if (found === null) throw new Error('cpuid of the CPU and of the engine agree');
  expect(found.instruction).toBe(CPUID);
  const small = shrink(tracer, sequence, found);
  expect(small.instructions.filter((one) => one !== MOVE)).toEqual([CPUID]);
  const mismatch = firstMismatch(tracer, small);
  if (mismatch === null) throw new Error('the smallest sequence does not differ');
  const shown = show(small, mismatch, await loadDisassembler()).split('\n');
  expect(shown[0]).toMatch(/^x86_64: r[a-z]+ after [01] instructions \(vector, seed 1\.0\)$/);
  expect(shown[1]).toMatch(/^ {2}the CPU has 0x[0-9a-f]+$/);
  expect(shown[2]).toMatch(/^ {2}the engine {2}0x[0-9a-f]+$/);
  expect(shown.filter((line) => line.startsWith('=>'))).toEqual([
    expect.stringMatching(/^=> [0-9a-f]+ {2}0fa2 +cpuid$/),
  ]);
  expect(shown.find((line) => line.startsWith('start:'))).toMatch(/rip=.* cs=33 flags=202 .*memory seed \d+$/);
});

test('registers that do not matter start as zeros in the smallest sequence', async () => {
  const tracer = await buildTracer();
  const sequence = planted();
  const found = firstMismatch(tracer, sequence);
  if (found === null) throw new Error('cpuid of the CPU and of the engine agree');
  const { registers } = shrink(tracer, sequence, found).start;
  for (const index of [USER.r15, USER.rdi]) expect([registers[index * 2], registers[index * 2 + 1]]).toEqual([0, 0]);
});
