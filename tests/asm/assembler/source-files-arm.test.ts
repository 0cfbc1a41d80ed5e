import { describe, expect, it } from 'vitest';
import {
  assemble,
  findSection,
  readElf,
  readRelocations,
  readSymbols,
  sectionBytes,
  writeObject,
} from '../../../asm/index.ts';
import { toHex } from '../host.ts';

const SOURCE = `
	.syntax unified
	.text
	.globl g
	.type g,%function
g:	bl ext
	blne ext
	b ext
	bl g
	bl local
	beq local
	movw r0,#:lower16:ext
	movt r0,#:upper16:ext
	ldr r1,=ext+4
	ldr r1,=local
	ldr r1,=ext+4
	ldr r2,=0x12345678
	ldr r3,=0xff00
	ldr r4,=-1
	bl t
local:	bx lr
	.ltorg
	.thumb
	.thumb_func
t:	bl ext
	b ext
	beq ext
	movw r8,#:lower16:local
	movt r8,#:upper16:local
	b t
	bl g
	bl t
	ldr r0,=ext
	ldr r9,=ext
	ldr r1,=0x00ff00ff
	adr r2,1f
	adr r9,1f
	b 2f
	.skip 3000,0xff
2:	b t
	beq t
	.align 2
1:	.word t, local, ext-., . - t
	.data
	.word ext, g, t
`;

/** From GNU as 2.40 with -march=armv7-a. */
const HEAD =
  'feffffebfeffff1bfeffffeafeffffeb090000eb0800000a000000e3000040e318109fe518109fe510109fe514209fe5ff3ca0e30040e0e3' +
  '030000fa1eff2fe1040000003c00000078563412fff7fefffff7febf3ff4feaf40f20008c0f20008f4e7fff7fefffff7f1ffdff8e80bdff8e49b' +
  '4ff0ff110ff6cc320ff6c83900f0dcbd';
const RELOCATIONS = [
  [0x0, 28, 'ext'],
  [0x4, 29, 'ext'],
  [0x8, 29, 'ext'],
  [0xc, 28, 'g'],
  [0x18, 43, 'ext'],
  [0x1c, 44, 'ext'],
  [0x40, 2, 'ext'],
  [0x44, 2, '.text'],
  [0x4c, 10, 'ext'],
  [0x50, 30, 'ext'],
  [0x54, 51, 'ext'],
  [0x58, 47, 'local'],
  [0x5c, 48, 'local'],
  [0x62, 10, 'g'],
  [0xc44, 2, 't'],
  [0xc48, 2, '.text'],
  [0xc4c, 3, 'ext'],
  [0xc54, 2, 'ext'],
];

describe('a whole ARM source', () => {
  it('makes the bytes and relocations GNU as makes: calls, literals, halves of addresses, Thumb', async () => {
    const [object] = await assemble([{ file: 'a.S', text: SOURCE }], { isa: 'arm' });
    if (!object) throw new Error('no object');
    const image = readElf(writeObject(object));
    const code = findSection(image, '.text');
    const bytes = code ? sectionBytes(image, code) : new Uint8Array(0);
    expect(toHex(bytes).slice(0, HEAD.length)).toBe(HEAD);
    expect(bytes).toHaveLength(3160);
    const section = image.sections.find((s) => s.name === '.rel.text');
    if (!section) throw new Error('no relocations');
    const symbols = readSymbols(image);
    const rows = readRelocations(image, section).map(({ offset, type, symbol }) => {
      const found = symbols[symbol - 1];
      return [offset, type, found?.type === 3 ? image.sections[found.sectionIndex]?.name : found?.name];
    });
    expect(rows.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(RELOCATIONS);
  });

  it('marks where ARM code, Thumb code and data begin', async () => {
    const source = 'nop\n.word 1\nnop\n.thumb\nnop\n.byte 1\n.byte 2\nnop\n.data\n.word 1\n';
    const [object] = await assemble([{ file: 'a.S', text: source }], { isa: 'arm' });
    const marks = object?.symbols.filter((s) => s.name.startsWith('$')).map((s) => [s.name, Number(s.value)]);
    expect(marks).toEqual([
      ['$a', 0],
      ['$d', 4],
      ['$a', 8],
      ['$t', 12],
      ['$d', 14],
      ['$t', 16],
    ]);
  });
});
