import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, findSection, readElf, sectionBytes } from '../../../asm/index.ts';
import { gnuAs, inFolder, run, text, toHex } from '../host.ts';

/** Numbers at the edges of what fits 7, 8, 15, 16, 31, 32, 63 and 64 bits. */
const EDGES = [
  0n,
  1n,
  2n,
  3n,
  ...[7n, 8n, 15n, 16n, 31n, 32n, 63n, 64n].flatMap((n) => [1n << n, (1n << n) - 1n, -(1n << n), -(1n << n) - 1n]),
].filter((n) => n < 1n << 64n && n >= -(1n << 63n));
const NUMBER = /-?\b0x[0-9a-f]+\b/g;

const withNumber = (form: string, which: number, value: bigint): string => {
  const found = [...form.matchAll(NUMBER)][which];
  if (found?.index === undefined) return form;
  const text = value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
  return form.slice(0, found.index) + text + form.slice(found.index + found[0].length);
};

/** Those of the lines that GNU as takes as well. */
function takenByGnu(isa: 'i386' | 'x86_64', head: string, lines: readonly string[]): string[] {
  return inFolder((folder) => {
    let left = [...lines];
    for (;;) {
      writeFileSync(join(folder, 'a.s'), `${head}${left.join('\n')}\n`);
      const { stderr } = run('as', [isa === 'i386' ? '--32' : '--64', 'a.s', '-o', 'a.o'], folder);
      const bad = new Set([...stderr.matchAll(/a\.s:(\d+): Error/g)].map((m) => Number(m[1])));
      if (bad.size === 0) return left;
      left = left.filter((_, i) => !bad.has(i + 2));
    }
  });
}

describe.each([
  ['i386', 'att'],
  ['i386', 'intel'],
  ['x86_64', 'att'],
  ['x86_64', 'intel'],
] as const)('numbers at the edges, %s in %s syntax', (isa, syntax) => {
  it('are encoded as GNU as does or refused, never changed', async () => {
    const corpus = readFileSync(join(import.meta.dirname, '..', 'corpus', `${isa}-${syntax}.s`), 'utf8');
    const forms = corpus
      .trimEnd()
      .split('\n')
      .filter((form) => form.search(NUMBER) >= 0);
    const changed = fc
      .tuple(fc.constantFrom(...forms), fc.nat(1), fc.constantFrom(...EDGES))
      .map(([form, which, value]) => withNumber(form, which, value));
    const lines = [...new Set(fc.sample(changed, { numRuns: 1200, seed: 5 }))];
    const head = syntax === 'intel' ? '.intel_syntax noprefix\n' : '.att_syntax\n';
    const accepted: string[] = [];
    for (const line of lines) {
      const done = await assemble([{ file: 'a.s', text: `${head}${line}\n` }], { isa }).catch(() => null);
      if (done) accepted.push(line);
    }
    const both = takenByGnu(isa, head, accepted);
    expect(both.length).toBeGreaterThan(300);
    // What as refuses and we take would be worth a look.
    expect(accepted.filter((line) => !both.includes(line))).toEqual([]);
    const source = `${head}${both.join('\n')}\n`;
    const [object] = await assemble([{ file: 'a.s', text: source }], { isa });
    const reference = readElf(gnuAs(isa, source));
    const section = findSection(reference, '.text');
    const expected = section ? sectionBytes(reference, section) : new Uint8Array(0);
    const rows = object?.lines ?? [];
    const differing = rows.flatMap(({ offset, line }, i) => {
      const end = rows[i + 1]?.offset ?? text(object).length;
      const [ours, theirs] = [text(object), expected].map((bytes) => toHex(bytes.subarray(offset, end)));
      return ours === theirs ? [] : [`${both[line - 2]}: ${ours}, as makes ${theirs}`];
    });
    expect(differing).toEqual([]);
  });
});
