import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemble, findSection, readElf, sectionBytes } from '../../../asm/index.ts';
import { gnuAs, text, toHex } from '../host.ts';

const CORPUS = [
  ['i386', 'att'],
  ['i386', 'intel'],
  ['x86_64', 'att'],
  ['x86_64', 'intel'],
] as const;

/** Instruction forms that occur in C libraries, one line each. */
describe.each(CORPUS)('%s in %s syntax', (isa, syntax) => {
  it('comes out byte for byte as GNU as makes it, every instruction form', async () => {
    const forms = readFileSync(join(import.meta.dirname, '..', 'corpus', `${isa}-${syntax}.s`), 'utf8');
    const source = `${syntax === 'intel' ? '.intel_syntax noprefix' : '.att_syntax'}\n${forms}`;
    const reference = readElf(gnuAs(isa, source));
    const section = findSection(reference, '.text');
    const expected = section ? sectionBytes(reference, section) : new Uint8Array(0);
    const [object] = await assemble([{ file: 'forms.s', text: source }], { isa });
    const lines = source.split('\n');
    const rows = object?.lines ?? [];
    expect(rows.length).toBeGreaterThan(500);
    const differing = rows.flatMap(({ offset, line }, i) => {
      const end = rows[i + 1]?.offset ?? text(object).length;
      const [ours, theirs] = [text(object), expected].map((bytes) => toHex(bytes.subarray(offset, end)));
      return ours === theirs ? [] : [`${lines[line - 1]}: ${ours}, as makes ${theirs}`];
    });
    expect(differing).toEqual([]);
    expect(text(object).length).toBe(expected.length);
  });
});
