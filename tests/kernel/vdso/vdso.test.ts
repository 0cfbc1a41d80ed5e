import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { assemble, linkObjects } from '../../../asm/index.ts';
import { VDSO_SOURCE as ARM } from '../../../kernel/arch/arm/vdso.ts';
import { VDSO_SOURCE as I386 } from '../../../kernel/arch/i386/vdso.ts';
import { VDSO_SOURCE as X86_64 } from '../../../kernel/arch/x86_64/vdso.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { bytesOf } from '../../../kernel/vdso/code.ts';
import { buildVdso, type VdsoSource } from '../../../kernel/vdso/image.ts';

const SOURCES: readonly (readonly [IsaName, VdsoSource])[] = [
  ['i386', I386],
  ['x86_64', X86_64],
  ['arm', ARM],
];
const CALLER = fileURLToPath(new URL('./caller.c', import.meta.url));

/** What our assembler makes of the text. */
async function assembled(isa: IsaName, text: string): Promise<Uint8Array> {
  const source = `.text\n.globl _start\n_start:\n${text}\n`;
  const image = linkObjects(await assemble([{ file: 'vdso.S', text: source }], { isa }), { flat: true, base: 0 });
  return image.sections.find((section) => section.name === '.text')?.bytes ?? new Uint8Array(0);
}

describe.each(SOURCES)('the vDSO of %s', (isa, source) => {
  test.each(source.functions.map((one) => [one.names[0] ?? '', one] as const))(
    '%s is made of the bytes that its assembler text makes',
    async (_name, { lines }) => {
      const text = lines.map(([line]) => `\t${line}`).join('\n');
      expect(Buffer.from(bytesOf(lines)).toString('hex')).toBe(Buffer.from(await assembled(isa, text)).toString('hex'));
    },
  );

  test('has each of its symbols where its code is', () => {
    const { bytes, symbols } = buildVdso(source);
    for (const { names, lines } of source.functions) {
      const code = bytesOf(lines);
      for (const name of names) {
        const at = symbols.get(name) ?? 0;
        expect(bytes.slice(at, at + code.length)).toEqual(code);
      }
    }
  });
});

test.each(SOURCES)('the sections of the vDSO of %s are those of a shared object', (_isa, source) => {
  const folder = mkdtempSync(join(tmpdir(), 'vdso-'));
  try {
    const image = join(folder, 'vdso.so');
    writeFileSync(image, buildVdso(source).bytes);
    const text = execFileSync('readelf', ['-W', '-S', '--dyn-syms', image], { encoding: 'utf8' });
    const sections = [...text.matchAll(/^ +\[ *\d+\] (\.\S+) +(\S+) /gm)].map(([, name, type]) => `${name} ${type}`);
    const frames = source.frames ? ['.eh_frame_hdr PROGBITS', '.eh_frame PROGBITS'] : [];
    expect(sections).toEqual([
      ...['.text PROGBITS', '.dynsym DYNSYM', '.dynstr STRTAB', '.dynamic DYNAMIC'],
      ...[...frames, '.shstrtab STRTAB'],
    ]);
    for (const { names } of source.functions) for (const name of names) expect(text).toContain(` 1 ${name}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The image is a shared object as any other: the host's loader takes it, and its functions work there. */
test.each([
  ['i386', I386, '-m32'],
  ['x86_64', X86_64, '-m64'],
] as const)("the vDSO of %s, loaded by the host's C library, tells the time", (_isa, source, machine) => {
  const folder = mkdtempSync(join(tmpdir(), 'vdso-'));
  try {
    const [image, caller] = [join(folder, 'vdso.so'), join(folder, 'caller')];
    writeFileSync(image, buildVdso(source).bytes);
    execFileSync('gcc', [machine, '-O1', '-w', CALLER, '-o', caller]);
    expect(execFileSync(caller, [image], { encoding: 'utf8' })).toBe(
      'found by its version 1, not by another 1\nwithin a second 1\n',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
