import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, findSection, readElf, sectionBytes } from '../../../asm/index.ts';
import { gnuAs, text } from '../host.ts';

async function valuesOf(isa: 'i386' | 'x86_64', source: string): Promise<bigint[]> {
  const [object] = await assemble([{ file: 'a.S', text: source }], { isa });
  const bytes = Uint8Array.from(text(object, '.data'));
  return [...new BigInt64Array(bytes.buffer)];
}

function gnuValuesOf(source: string): bigint[] {
  const image = readElf(gnuAs('x86_64', source));
  const data = findSection(image, '.data');
  return data ? [...new BigInt64Array(Uint8Array.from(sectionBytes(image, data)).buffer)] : [];
}

const number = fc.oneof(
  fc.nat(1000).map(String),
  fc.nat(0xffffffff).map((n) => `0x${n.toString(16)}`),
  fc.nat(64).map((n) => `0${n.toString(8)}`),
  fc.nat(31).map((n) => `0b${n.toString(2)}`),
  fc.constantFrom("'a", "'z'", "'\\n'", 'five', 'minus'),
);
// Division keeps away from zero and shifts from the width, where gas itself only warns.
const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number,
    fc.tuple(fc.constantFrom('-', '~', '+'), tie('operand')).map(([op, a]) => `${op}${a}`),
    tie('expression').map((e) => `(${e})`),
  ),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('operand'),
    fc
      .tuple(
        tie('operand'),
        fc.constantFrom('+', '-', '*', '|', '&', '^', '==', '<', '>=', '<>', '&&', '||'),
        tie('expression'),
      )
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('operand'), fc.constantFrom('<<', '>>'), fc.nat(20)).map(([a, op, b]) => `${a}${op}${b}`),
    fc
      .tuple(tie('operand'), fc.constantFrom('/', '%'), fc.integer({ min: 1, max: 99 }))
      .map(([a, op, b]) => `${a}${op}${b}`),
  ),
}));

describe('an expression', () => {
  it('of numbers has the value GNU as gives it', async () => {
    const expressions = fc.sample(expression, { numRuns: 600, seed: 20 });
    const source = `.data\nfive = 5\nminus = -7\n${expressions.map((e) => `.quad ${e}`).join('\n')}\n`;
    const [ours, theirs] = [await valuesOf('x86_64', source), gnuValuesOf(source)];
    const differing = expressions.flatMap((e, i) =>
      ours[i] === theirs[i] ? [] : [`${e}: ${ours[i]}, as: ${theirs[i]}`],
    );
    expect(differing).toEqual([]);
    expect(ours).toHaveLength(600);
  });

  it('may use labels before and behind it, and the place itself', async () => {
    const source = `.data
a:	.quad b-a, (b-a)/2, c-b+1, .-a, later*2, 1f-0f
0:	.quad later == 21, b > a, 0b-a
1:	.quad 1b-0b
b:	.skip 5
c:	.skip 3
	later = 21
`;
    expect(await valuesOf('x86_64', source)).toEqual(gnuValuesOf(source));
  });

  it('keeps the value of a symbol that is set again later', async () => {
    const source = '.data\nx = 1\n.quad x\nx = x + 1\n.quad x\n.set x, x * 10\n.quad x\n';
    expect(await valuesOf('i386', source)).toEqual([1n, 2n, 20n]);
  });

  it('finds the nearest numeric label in either direction', async () => {
    const source = '.data\n1: .quad 1f-1b\n1: .quad 1f-1b, 1b-.\n 1: .quad 22f-1b\n22:\n';
    expect(await valuesOf('i386', source)).toEqual([8n, 16n, -8n, 8n]);
  });

  it('nested a thousand deep is refused', async () => {
    const deep = `.quad ${'('.repeat(1000)}1${')'.repeat(1000)}\n`;
    await expect(valuesOf('i386', deep)).rejects.toThrow('expression is nested too deeply');
  });
});
