import { describe, expect, it } from 'vitest';
import { assemble, LinkError, linkBflt, readElf, readObject, writeObject } from '../../../asm/index.ts';

/** struct flat_hdr of include/uapi/linux/flat.h, read without the writer's help. */
function readHeader(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const names = ['rev', 'entry', 'dataStart', 'dataEnd', 'bssEnd', 'stackSize', 'relocStart', 'relocCount', 'flags'];
  const words = Object.fromEntries(names.map((name, i) => [name, view.getUint32(4 + 4 * i)]));
  const { relocStart = 0, relocCount = 0 } = words;
  const relocations = Array.from({ length: relocCount }, (_, i) => view.getUint32(relocStart + 4 * i));
  const text = new TextDecoder();
  return { ...words, magic: text.decode(file.subarray(0, 4)), rest: file.subarray(40, 64), relocations, view };
}

const parts = (...texts: string[]) =>
  assemble(
    texts.map((text, i) => ({ file: `part${i}.S`, text })),
    { isa: 'arm' },
  );

const link = async (...texts: string[]) => linkBflt(await parts(...texts));

const problemsOf = async (text: string): Promise<readonly string[]> => {
  try {
    await link(text);
  } catch (error) {
    if (error instanceof LinkError) return error.problems;
    throw error;
  }
  return [];
};

const RAM = 1;
const GOTPIC = 2;

describe('a bFLT file', () => {
  const PROGRAM = `
	.syntax unified
	.thumb
	.globl _start
	.type _start,%function
_start:	ldr r0, =pointer
	ldr r0, [r0]
	movs r7, #1
	svc 0
	.data
	.byte 1, 2, 3
	.align 2
pointer: .word _start, zeros+4, 0x1234
	.bss
zeros:	.space 24
`;

  it('has the header of version 4, its lengths from the start of the file', async () => {
    const { file } = await link(PROGRAM);
    const header = readHeader(file);
    expect(header).toMatchObject({ magic: 'bFLT', rev: 4, stackSize: 4096, flags: RAM });
    // Text: one padding word, four instructions of 2 bytes, the literal; data at a multiple of 32.
    expect(header).toMatchObject({
      entry: 64 + 4 + 1,
      dataStart: 64 + 32,
      dataEnd: 64 + 32 + 16,
      bssEnd: 64 + 48 + 24,
    });
    expect(header).toMatchObject({ relocStart: header.view.byteLength - 12, relocCount: 3 });
    expect([...header.rest]).toEqual(new Array(24).fill(0));
  });

  it('lists the words that hold addresses, counted from behind the header, and writes those words big-endian', async () => {
    const { relocations, view } = readHeader((await link(PROGRAM)).file);
    expect(relocations).toEqual([12, 36, 40]);
    const words = relocations.map((at) => view.getUint32(64 + at));
    // pointer; _start, which is Thumb code; zeros + 4. The number behind them stays as the CPU reads it.
    expect(words).toEqual([36, 4 + 1, 48 + 4]);
    expect(view.getUint32(64 + 44, true)).toBe(0x1234);
  });

  it('asks for the stack and the entry that are wanted', async () => {
    const objects = await parts(`${PROGRAM}\n.text\n.globl other\n.thumb_func\nother: nop\n`);
    const header = readHeader(linkBflt(objects, { entry: 'other', stackBytes: 65536 }).file);
    expect(header).toMatchObject({ entry: 64 + 12 + 1, stackSize: 65536 });
  });

  it('leaves text in the file where no word of it has to be moved', async () => {
    const { file } = await link('.globl _start\n_start: mov r0, #0\n .data\n .word there\nthere: .word 5\n');
    expect(readHeader(file)).toMatchObject({ flags: 0, relocCount: 1 });
  });

  it('has data at a multiple of 32 and no data at all where there is none', async () => {
    const header = readHeader((await link('.globl _start\n_start: mov r0, #0\n')).file);
    expect(header).toMatchObject({ dataStart: 64 + 32, dataEnd: 64 + 32, bssEnd: 64 + 32, relocCount: 0 });
  });

  it('has a global offset table in front of data, ended by -1, with words as the CPU reads them', async () => {
    const table = '.globl _start\n_start: ldr r0, [r10, #4]\n .section .got,"aw"\n .word _start, value\n';
    const data = ' .data\n .word value\n .globl value\nvalue: .word 9\n';
    const { relocations, view, ...header } = readHeader((await link(table + data)).file);
    expect(header).toMatchObject({ flags: GOTPIC, dataStart: 96 });
    const words = Array.from({ length: 5 }, (_, i) => view.getUint32(96 + 4 * i, true));
    expect(words).toEqual([4, 32 + 16, 0xffffffff, 32 + 16, 9]);
    expect(relocations).toEqual([32 + 12]);
  });

  it('gives code that asks for a table entry its place there, one entry a symbol', async () => {
    const [object] = await parts('.globl _start\n_start: .word value, other, value\n');
    if (!object) throw new Error('nothing assembled');
    const asking = object.sections.map((s) => ({ ...s, relocations: s.relocations.map((r) => ({ ...r, type: 26 })) }));
    const [values] = await parts('.data\n .globl value, other\nvalue: .word 1\nother: .word 2\n');
    if (!values) throw new Error('nothing assembled');
    const { view } = readHeader(linkBflt([{ ...object, sections: asking }, values]).file);
    const words = (at: number, count: number) =>
      Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true));
    expect(words(64 + 4, 3)).toEqual([0, 4, 0]);
    expect(words(96, 5)).toEqual([32 + 12, 32 + 16, 0xffffffff, 1, 2]);
  });

  it('refuses what a loader could not move, and says where', async () => {
    expect(await problemsOf('_start: movw r0, #:lower16:there\n .data\nthere: .word 1\n')).toEqual([
      "part0.S:1: R_ARM_MOVW_ABS_NC: when the program is loaded only whole words are moved, not parts of an address ('there'): compile with -mno-movt (clang) or -mword-relocations (gcc)",
    ]);
    expect(await problemsOf('_start: .word there - .\n .data\nthere: .word 1\n')).toEqual([
      'part0.S: .text+0x0: R_ARM_REL32: the distance between text and data is not kept, for they are loaded apart',
    ]);
    const objects = await parts('_start: nop\n');
    expect(() => linkBflt(objects, { stackBytes: 2 ** 28 })).toThrow(
      'a stack of 268435456 bytes is too large for bFLT',
    );
    expect(await problemsOf('_start: nop\n .bss\n .space 0x1000000\n')).toEqual(['the program is too large for bFLT']);
  });

  it('is for ARM alone', async () => {
    const objects = await assemble([{ file: 'a.S', text: '_start: nop\n' }], { isa: 'i386' });
    expect(() => linkBflt(objects)).toThrow('bFLT is for ARM: Linux has it on no i386');
  });
});

describe('an object that is read back', () => {
  it('is linked to the same file as what it was written from', async () => {
    const objects = await parts(
      '.syntax unified\n.thumb\n.globl _start\n.type _start,%function\n_start: bl f\n ldr r0, =value\n .comm shared,8,4\n',
      '.arm\n.globl f\n.type f,%function\nf: ldr r1, =shared\n bx lr\n .data\n .globl value\nvalue: .word f, shared+4, value\n',
    );
    const read = objects.map((object) => readObject(object.file, writeObject(object)));
    expect(Buffer.from(linkBflt(read).file).toString('hex')).toBe(Buffer.from(linkBflt(objects).file).toString('hex'));
  });

  it('keeps addends and COMDAT groups, of which the first is linked', async () => {
    const source = (value: number) =>
      `.section .data.g,"awG",%progbits,g,comdat\n .globl g\ng: .word ${value}\n .text\n .globl f${value}\nf${value}: .word g+8\n`;
    const objects = await parts(`${source(1)}.globl _start\n_start: nop\n`, source(2));
    const read = objects.map((object) => readObject(object.file, writeObject(object)));
    expect(read.map((o) => o.sections.find((s) => s.group)?.group)).toEqual(['g', 'g']);
    const { view, relocations } = readHeader(linkBflt(read).file);
    expect(relocations.map((at) => view.getUint32(64 + at))).toEqual([32 + 8, 32 + 8]);
    expect(view.getUint32(96, true)).toBe(1);
  });

  it('is refused where it is none', async () => {
    const [object] = await parts('_start: nop\n');
    if (!object) throw new Error('nothing assembled');
    const bytes = writeObject(object);
    expect(readElf(bytes).header.type).toBe(1);
    bytes[16] = 2;
    expect(() => readObject('a.out', bytes)).toThrow('not a relocatable object');
    bytes[16] = 1;
    bytes[18] = 8;
    expect(() => readObject('a.o', bytes)).toThrow('an object for machine 8');
  });
});
