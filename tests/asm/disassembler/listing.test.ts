import { describe, expect, it } from 'vitest';
import { assemble, disassembleElf, ElfError, formatListing, linkExecutable, writeObject } from '../../../asm/index.ts';

const I386 = `
	.globl _start
_start:	call f
	jmp _start
	.type f,@function
f:	movl msg,%eax
	ret
	.size f,.-f
	.data
msg:	.long 1
`;

describe('a listing', () => {
  it('shows labels, addresses, bytes, and branch targets by name', async () => {
    const elf = linkExecutable(await assemble([{ file: 'a.S', text: I386 }], { isa: 'i386' }));
    expect(formatListing(await disassembleElf(elf))).toBe(
      [
        'Disassembly of section .text:',
        '',
        '08048200 <_start>:',
        ' 8048200:\te8 02 00 00 00       \tcall 0x8048207 <f>',
        ' 8048205:\teb f9                \tjmp 0x8048200 <_start>',
        '',
        '08048207 <f>:',
        ' 8048207:\ta1 00 90 04 08       \tmov 0x8049000,%eax',
        ' 804820c:\tc3                   \tret',
        '',
      ].join('\n'),
    );
  });

  it('of one symbol shows that symbol alone', async () => {
    const elf = linkExecutable(await assemble([{ file: 'a.S', text: I386 }], { isa: 'i386' }));
    const lines = await disassembleElf(elf, { symbols: ['f'], syntax: 'intel' });
    expect(lines.flatMap((l) => (l.kind === 'instruction' ? [l.text] : []))).toEqual([
      'mov eax,DWORD PTR ds:0x8049000',
      'ret',
    ]);
    await expect(disassembleElf(elf, { symbols: ['nowhere'] })).rejects.toThrow("no symbol 'nowhere'");
    await expect(disassembleElf(elf, { symbols: ['msg'] })).rejects.toThrow(
      "'msg' is not in a section that holds code",
    );
    await expect(disassembleElf(elf, { section: '.nope' })).rejects.toThrow(ElfError);
  });

  it('of an ARM file switches between ARM, Thumb and data as the mapping symbols say', async () => {
    const source = `
	.globl _start
_start:	ldr r0,=0x12345678
	bl t
	.ltorg
	.thumb
	.thumb_func
t:	bx lr
	.align 2
	.byte 1
`;
    const objects = await assemble([{ file: 'a.S', text: source }], { isa: 'arm' });
    const texts = (lines: Awaited<ReturnType<typeof disassembleElf>>): string[] =>
      lines.flatMap((l) => (l.kind === 'instruction' || l.kind === 'data' ? [l.text] : []));
    expect(texts(await disassembleElf(linkExecutable(objects)))).toEqual([
      'ldr r0, [pc] # 0x10208 <_start+8>',
      'blx #0x1020c <t>',
      '.word 0x12345678',
      'bx lr',
      'nop',
      '.byte 0x01',
    ]);
    const [object] = objects;
    if (!object) throw new Error('no object');
    expect(texts(await disassembleElf(writeObject(object)))[3]).toBe('bx lr');
  });
});
