import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  assemble,
  ElfError,
  linkExecutable,
  readElf,
  readNotes,
  readRelocations,
  readSymbols,
  SymbolTable,
  sectionBytes,
  writeObject,
} from '../../../asm/index.ts';

/** Read everything there is in a file. */
function readAll(bytes: Uint8Array): void {
  const image = readElf(bytes);
  readSymbols(image, 'symtab');
  readSymbols(image, 'dynsym');
  for (const section of image.sections) {
    sectionBytes(image, section);
    if (section.type === 4 || section.type === 9) readRelocations(image, section);
  }
  readNotes(image);
  SymbolTable.fromElf(image).describe(0x8048200);
}

/** True if the file is read, false if it is refused as it should be; any other error passes through. */
function survives(bytes: Uint8Array): boolean {
  try {
    readAll(bytes);
    return true;
  } catch (error) {
    if (error instanceof ElfError) return false;
    throw error;
  }
}

const SOURCE = `
	.globl _start
_start:	nop
	.long f, _start
f:	.data
	.long f
	.section .note.x,"a",%note
	.long 4,3,7
	.asciz "FSC"
	.byte 1,2,3,0
`;

describe.each(['i386', 'x86_64', 'arm'] as const)('a broken %s file', (isa) => {
  let files: Uint8Array[] = [];
  beforeAll(async () => {
    const objects = await assemble([{ file: 'a.S', text: SOURCE }], { isa });
    const [object] = objects;
    if (!object) throw new Error('no object');
    files = [linkExecutable(objects), writeObject(object)];
  });

  it('cut at any length is read or refused, and whole it is read', () => {
    for (const file of files) {
      expect(survives(file)).toBe(true);
      const refused = Array.from({ length: file.length }, (_, n) => survives(file.subarray(0, n))).filter((ok) => !ok);
      expect(refused.length).toBeGreaterThan(file.length / 2);
    }
  });

  it('with an absurd value in any header field is read or refused', () => {
    const absurd = [0, 1, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];
    let refused = 0;
    for (const file of files) {
      const view = new DataView(file.buffer, file.byteOffset);
      const shoff = isa === 'x86_64' ? Number(view.getBigUint64(40, true)) : view.getUint32(32, true);
      const fields = [...range(16, 64 + 4 * 56), ...range(shoff, file.length)];
      for (const at of fields) {
        for (const value of absurd) {
          const changed = file.slice();
          new DataView(changed.buffer).setUint32(Math.min(at, changed.length - 4), value, true);
          if (!survives(changed)) refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('with random bytes changed is read or refused', () => {
    const change = fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)));
    fc.assert(
      fc.property(fc.nat(1), fc.array(change, { minLength: 1, maxLength: 12 }), (which, changes) => {
        const file = (files[which] ?? new Uint8Array(0)).slice();
        for (const [at, value] of changes) file[at % file.length] = value;
        survives(file);
      }),
      { numRuns: 3000 },
    );
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor((to - from) / 2)) }, (_, i) => from + i * 2);
}

it('any bytes at all are read or refused', () => {
  const header = fc.constantFrom([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1], [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], []);
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 300 }), (head, rest) => {
      survives(Uint8Array.from([...head, ...rest]));
    }),
    { numRuns: 3000 },
  );
});
