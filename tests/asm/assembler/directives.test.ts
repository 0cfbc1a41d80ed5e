import { describe, expect, it } from 'vitest';
import { assemble, findSection, readElf, sectionBytes } from '../../../asm/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { gnuAs, text, toHex } from '../host.ts';

async function bytesOf(isa: IsaName, source: string, section = '.data'): Promise<string> {
  const [object] = await assemble([{ file: 'a.S', text: source }], { isa });
  return toHex(text(object, section));
}

/** Each line alone in .data, compared with GNU as. */
const DATA = [
  '.byte',
  '.hword 1, 0x1234; .short -2; .value 3; .2byte 4',
  '.int 1; .long -1; .4byte 0x12345678',
  '.quad 0x1122334455667788, -1; .8byte 2',
  '.octa 0x112233445566778899aabbccddeeff00',
  '.ascii "a\\n\\t\\\\\\"\\101\\x41\\0" "b", "c"',
  '.asciz "a", "b"; .string "c"',
  '.ascii "schön"',
  '.float 1.5, -2, 1e10; .single 0.25; .double 3.25, -1e-300',
  '.uleb128 0, 127, 128, 624485; .sleb128 -1, 63, 64, -64, -65, -624485',
  '.byte 1; .align 4; .byte 2; .balign 8,0x55; .byte 3; .p2align 2; .byte 4',
  '.byte 1; .p2align 4,,3; .byte 2; .p2align 4,0xaa,15; .byte 3',
  '.byte 1; .balign 2; .balignw 8,0x1234; .byte 2; .balign 4; .balignl 16,0x12345678',
  '.skip 3; .space 2,7; .zero 2; .fill 2,4,0x12345678; .fill 3; .fill 2,1,9',
  '.byte 1; .org 8; .byte 2; .org .+3,0xff; .byte 3',
  'a: .skip b-a; .byte 1; b = a + 5',
  '.pushsection .rodata; .byte 9; .popsection; .byte 1',
  '.text; .data; .byte 1; .previous; .data; .byte 2',
  '.section .data,"aw",@progbits; .byte 1',
];

describe('a data directive', () => {
  it.each(DATA)('%s', async (line) => {
    const source = `.data\n${line}\n`;
    const image = readElf(gnuAs('x86_64', source));
    const section = findSection(image, '.data');
    expect(await bytesOf('x86_64', source)).toBe(section ? toHex(sectionBytes(image, section)) : '');
  });

  it('.word is two bytes on x86 and four on ARM; .align counts bytes on x86 and powers on ARM', async () => {
    const source = '.data\n.byte 1\n.align 2\n.word 2\n';
    expect(await bytesOf('i386', source)).toBe('01000200');
    expect(await bytesOf('arm', source)).toBe('0100000002000000');
    expect(await bytesOf('arm', '.data\n.byte 1\n.align\n.byte 2\n')).toBe('0100000002');
    expect(await bytesOf('arm', '.data\n.byte 1\n.even\n.byte 2\n')).toBe('010002');
  });
});

describe('comments and statements', () => {
  it('on x86: #, //, /* */ over lines, ; between statements, none of them in strings', async () => {
    const source = `# whole line; .byte 9
.data # rest
	.byte 1; .byte 2 /* one */ ; .byte 3 // two; .byte 9
/* .byte 9
   .byte 9 */ .byte 4
	.ascii "#/*;" ; .byte '#, ';', '/' # quote's
label: other: .byte 5; third:
`;
    expect(await bytesOf('i386', source)).toBe('01020304232f2a3b233b2f05');
  });

  it('on ARM: @, //, /* */, and # only at the start of a line', async () => {
    const source = `# 1 "a.c"
.data @ rest; .byte 9
	.byte 1; .byte 2 @ that's it
	.byte 3 /* x */, 4 // y
	.ascii "@;#"
.text
	mov r0, #5 @ five
`;
    expect(await bytesOf('arm', source)).toBe('01020304403b23');
    expect(await bytesOf('arm', source, '.text')).toBe('0500a0e3');
  });

  it('lines may end in CR LF', async () => {
    expect(await bytesOf('i386', '.data\r\n.byte 1\r\n')).toBe('01');
  });

  it('call frame and debug directives are passed over, by name', async () => {
    const source =
      '.file "a.c"\n.cfi_startproc\n.cfi_def_cfa_offset 8\n.loc 1 2 3\n.ident "x"\n.data\n.byte 1\n.cfi_endproc\n';
    expect(await bytesOf('i386', source)).toBe('01');
  });
});

describe('syntax', () => {
  it('can change in the middle of a file', async () => {
    const source = 'movl $1,%eax\n.intel_syntax noprefix\nmov eax, 2\n.att_syntax prefix\nmovl $3,%eax\n';
    expect(await bytesOf('i386', source, '.text')).toBe('b801000000b802000000b803000000');
  });

  it('starts as asked for', async () => {
    const [object] = await assemble([{ file: 'a.S', text: 'mov eax, 2\n' }], { isa: 'i386', syntax: 'intel' });
    expect(toHex(text(object))).toBe('b802000000');
  });

  it('of ARM takes the old order of suffixes and the old names too', async () => {
    const old = 'ldreqb r0,[r1]\nstmneia r0,{r1}\naddeqs r0,r0,r1\nldrhsh r0,[r1]\nswi 0\nstmfd sp!,{r4,lr}\n';
    const unified = 'ldrbeq r0,[r1]\nstmiane r0,{r1}\naddseq r0,r0,r1\nldrhhs r0,[r1]\nsvc 0\npush {r4,lr}\n';
    expect(await bytesOf('arm', old, '.text')).toBe(await bytesOf('arm', unified, '.text'));
  });
});
