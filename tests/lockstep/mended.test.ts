/** What edits of the engine mend and sequences meet seldom, asked of the real CPU by the smallest example. */
import { describe, expect, test } from 'vitest';
import { DATA, MEMORY_PAGES, PAGE, READ_ONLY } from './memory.ts';
import { buildTracer } from './native.ts';
import { firstMismatch } from './shrink.ts';
import { generate } from './x86/generate.ts';
import { type Sequence, USER, type X86Isa } from './x86/sequence.ts';

interface Example {
  readonly isa: X86Isa;
  readonly code: string;
  /** x87 control word. */
  readonly control?: number;
  readonly rdi?: bigint;
}

const BOTH: readonly X86Isa[] = ['x86_64', 'i386'];
const ALL_MASKED = 0x37f;
const NONE_MASKED = 0x340;
const BUT_PRECISION = 0x35f;
const BUT_UNDERFLOW = 0x36f;
const LAST_WORD = BigInt(READ_ONLY + PAGE - 4);

function sequenceOf({ isa, code, control = ALL_MASKED, rdi = BigInt(DATA) }: Example): Sequence {
  const [sequence] = generate(isa, 1, 'x87');
  if (sequence === undefined) throw new Error('no sequence');
  const instructions = code.split(' ').map((one) => ({ name: one, bytes: [...Buffer.from(one, 'hex')] }));
  const registers = sequence.start.registers.slice();
  registers.set([Number(rdi & 0xffff_ffffn), Number(rdi >> 32n)], USER.rdi * 2);
  registers.set([1, 0], USER.rcx * 2);
  const fpu = new Uint8Array(512);
  fpu.set([control & 0xff, control >> 8]);
  fpu.set([0x80, 0x1f], 24);
  return { ...sequence, instructions, start: { ...sequence.start, registers, fpu } };
}

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  'FDP stays where an instruction of registers meets an exception': BOTH.map((isa) => ({
    // movl $0,(%rdi); fld1; fdivs (%rdi); fnclex; fldz; fdivr %st(1)
    ...{ isa, control: NONE_MASKED, code: 'c70700000000 d9e8 d837 dbe2 d9ee d8f9 dbe2' },
  })),
  'f2xm1 of 1 and fyl2x of 2 are inexact': BOTH.flatMap((isa) =>
    ['d9e8 d9f0', 'd9e8 d9e8 d8c0 d9f1'].map((code) => ({ isa, control: BUT_PRECISION, code })),
  ),
  'punpckl of an MMX register reads four bytes': BOTH.flatMap((isa) =>
    ['0f600f', '0f610f', '0f620f'].map((code) => ({ isa, code, rdi: LAST_WORD })),
  ),
  'fxsave and fxrstor without REX.W have pointers of 32 bits': BOTH.map((isa) => ({
    // fxsave (%rdi); movl to the upper halves of FIP and FDP; fxrstor; fxsave
    ...{ isa, code: '0fae07 c7470c78563412 c7471478563412 0fae0f 0fae07' },
  })),
  'with REX.W they have 64, of which FIP is an address': [
    { isa: 'x86_64', code: '480fae07 c7470c78563412 c7471478563412 480fae0f 480fae07 0fae07' },
  ],
  'a pseudo-denormal is the normal number that it is': BOTH.flatMap((isa) =>
    // Exponents of two numbers 1.0 * 2^e that are loaded; fcom %st(1), fprem.
    ['66c747080000 db2f 66c747080100 db2f d8d1', '66c74708ff7f db2f 66c747080000 db2f d9f8'].map((code) => ({
      ...{ isa, code: `c70700000000 c7470400000080 ${code}` },
    })),
  ),
  'fscale by 0 is no underflow': BOTH.map((isa) => ({
    // fldz; a denormal; fscale
    ...{ isa, control: BUT_UNDERFLOW, code: 'd9ee c70701000000 c7470400000040 66c747080000 db2f d9fd' },
  })),
  'an address of 32 bits leaves its register alone': ['67dd17', '67d907', '67db2f', '67db3f'].map((code) => ({
    ...{ isa: 'x86_64', code, rdi: 0x1234_0000_0000n + BigInt(DATA) },
  })),
  'an access that ends behind the canonical addresses is #GP': ['8b07', '8907', 'f3af', 'dd07', '668907'].map(
    (code) => ({ isa: 'x86_64', code, rdi: 0x7fff_ffff_ffffn }),
  ),
};

describe.each(Object.entries(EXAMPLES))('%s', (_, examples) => {
  test.each(examples)('$isa: $code', async (example) => {
    expect(MEMORY_PAGES).not.toContain(READ_ONLY + PAGE);
    expect(firstMismatch(await buildTracer(), sequenceOf(example))).toBeNull();
  });
});
