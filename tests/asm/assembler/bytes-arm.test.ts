import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../asm/index.ts';
import { text, toHex } from '../host.ts';

/** Bytes and source, made with GNU as 2.40 for ARMv7-A; `;` separates an IT instruction from what it governs. */
describe.each(['arm', 'thumb'] as const)('%s', (state) => {
  it('comes out byte for byte as GNU as makes it, every instruction form', async () => {
    const golden = readFileSync(join(import.meta.dirname, '..', 'corpus', `${state}.golden`), 'utf8')
      .trimEnd()
      .split('\n');
    expect(golden.length).toBeGreaterThan(500);
    const rows = golden.map((line) => ({ expected: line.slice(0, 12).trim(), source: line.slice(13) }));
    const source = `.syntax unified\n.${state}\n${rows.map((r) => r.source).join('\n')}\n`;
    const [object] = await assemble([{ file: 'forms.s', text: source }], { isa: 'arm' });
    let at = 0;
    const differing = rows.flatMap(({ expected, source: form }) => {
      const ours = toHex(text(object).subarray(at, at + expected.length / 2));
      at += expected.length / 2;
      return ours === expected ? [] : [`${form}: ${ours}, as makes ${expected}`];
    });
    expect(differing).toEqual([]);
    expect(text(object).length).toBe(at);
  });
});
