import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AssembledObject, assemble, writeObject } from '../../../asm/index.ts';
import { canExecute, execute, has, inFolder, run } from '../host.ts';
import { PROGRAMS, type Program } from '../programs.ts';

/** Linkers by ISA, with the options that make a static executable. */
const LINKERS: readonly (readonly [Program['isa'], string, readonly string[]])[] = [
  ['i386', 'ld', ['-m', 'elf_i386']],
  ['i386', 'gcc', ['-m32', '-nostdlib', '-static']],
  ['i386', 'ld.lld', ['-m', 'elf_i386']],
  ['x86_64', 'ld', ['-m', 'elf_x86_64']],
  ['x86_64', 'gcc', ['-nostdlib', '-static']],
  ['x86_64', 'ld.lld', ['-m', 'elf_x86_64']],
  ['arm', 'ld.lld', ['-m', 'armelf_linux_eabi']],
];

function linkWith(program: string, options: readonly string[], objects: readonly AssembledObject[]): Uint8Array {
  return inFolder((folder) => {
    const names = objects.map((object, i) => {
      writeFileSync(join(folder, `${i}.o`), writeObject(object));
      return `${i}.o`;
    });
    const result = run(program, [...options, '-o', 'out', ...names], folder);
    if (result.status !== 0 || result.stderr !== '') throw new Error(`${program}: ${result.stderr}`);
    return readFileSync(join(folder, 'out'));
  });
}

describe.each(LINKERS)('%s objects linked by %s', (isa, linker, options) => {
  const programs = PROGRAMS.filter((p) => p.isa === isa);
  it.skipIf(!has(linker) || !canExecute(isa)).each(programs)(
    'make the program that runs as written: $name (skipped where the linker or qemu-arm is missing)',
    async ({ sources, stdout, status }) => {
      const objects = await assemble(
        sources.map((text, i) => ({ file: `${i}.S`, text })),
        { isa },
      );
      expect(execute(isa, linkWith(linker, options, objects))).toMatchObject({ stdout, status });
    },
  );
});

describe('an object file', () => {
  it.skipIf(!has('readelf')).each(PROGRAMS)('is well-formed for readelf ($isa, $name)', async ({ isa, sources }) => {
    const objects = await assemble(
      sources.map((text, i) => ({ file: `${i}.S`, text })),
      { isa },
    );
    for (const object of objects) {
      const result = inFolder((folder) => {
        writeFileSync(join(folder, 'a.o'), writeObject(object));
        return run('readelf', ['-aW', '--lint', 'a.o'], folder);
      });
      const complaints = result.stderr.split('\n').filter((line) => line !== '' && !line.includes('size of zero'));
      expect(complaints).toEqual([]);
      expect(result.stdout).toContain('REL (Relocatable file)');
    }
  });
});
