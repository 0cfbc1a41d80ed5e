import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { assemble, type Disassembler, loadDisassembler } from '../../../asm/index.ts';
import { text } from '../host.ts';

const MODES = [
  { isa: 'i386', syntax: 'att', file: 'i386-att.s', head: '' },
  { isa: 'i386', syntax: 'intel', file: 'i386-intel.s', head: '.intel_syntax noprefix\n' },
  { isa: 'x86_64', syntax: 'att', file: 'x86_64-att.s', head: '' },
  { isa: 'x86_64', syntax: 'intel', file: 'x86_64-intel.s', head: '.intel_syntax noprefix\n' },
  { isa: 'arm', syntax: 'att', file: 'arm.golden', head: '' },
  { isa: 'arm', syntax: 'att', file: 'thumb.golden', head: '.thumb\n' },
] as const;

let disassembler: Disassembler;
beforeAll(async () => {
  disassembler = await loadDisassembler();
});

describe.each(MODES)('$file', ({ isa, syntax, file, head }) => {
  const lines = readFileSync(join(import.meta.dirname, '..', 'corpus', file), 'utf8')
    .trimEnd()
    .split('\n');
  const forms = lines
    .map((line) => (file.endsWith('golden') ? line.slice(13) : line))
    // A condition belongs to its IT instruction, which single decoding does not see.
    .filter((line) => !line.startsWith('it '));

  const assembleForms = async (source: readonly string[]): Promise<Uint8Array> => {
    const [object] = await assemble([{ file: 'a.S', text: `${head}${source.join('\n')}\n` }], { isa });
    return text(object);
  };
  const disassemble = (bytes: Uint8Array): string[] =>
    [...disassembler.all(isa, bytes, 0, { thumb: head === '.thumb\n', syntax })].map((i) => i.text);

  it('assembled, disassembled and assembled again reads the same, form by form', async () => {
    const first = disassemble(await assembleForms(forms));
    expect(first).toHaveLength(forms.length);
    expect(disassemble(await assembleForms(first))).toEqual(first);
  });

  it('and so does any mixture of forms', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...forms), { minLength: 1, maxLength: 40 }), async (source) => {
        const first = disassemble(await assembleForms(source));
        expect(first).toHaveLength(source.length);
        expect(disassemble(await assembleForms(first))).toEqual(first);
      }),
      { numRuns: 40 },
    );
  });
});
