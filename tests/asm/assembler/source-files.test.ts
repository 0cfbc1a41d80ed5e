import { describe, expect, it } from 'vitest';
import { assemble, readElf, readRelocations, readSymbols, sectionBytes, writeObject } from '../../../asm/index.ts';
import { gnuAs, text, toHex } from '../host.ts';

/** What an object file says, in a form that two assemblers can agree on. */
function digest(file: Uint8Array): Record<string, unknown> {
  const image = readElf(file);
  const symbols = readSymbols(image);
  const out: Record<string, unknown> = {};
  for (const section of image.sections) {
    const { name, type, flags, align, entsize, lenBytes } = section;
    // We write neither call frames nor .ident.
    if (/eh_frame|comment/.test(name)) continue;
    if (type === 1 && lenBytes > 0) out[name] = { flags, align, entsize, bytes: toHex(sectionBytes(image, section)) };
    if (type === 8 && lenBytes > 0) out[name] = { flags, align, lenBytes };
    if (type !== 4 && type !== 9) continue;
    const relocations = readRelocations(image, section).sort((a, b) => a.offset - b.offset);
    out[name] = relocations.map((r) => {
      const symbol = symbols[r.symbol - 1];
      const isSection = symbol?.type === 3;
      return { ...r, symbol: isSection ? image.sections[symbol.sectionIndex]?.name : symbol?.name };
    });
  }
  out.symbols = symbols
    .filter((s) => s.name !== '' && s.type !== 4 && !s.name.startsWith('.L'))
    .map((s) => ({ ...s, sectionIndex: image.sections[s.sectionIndex]?.name ?? s.sectionIndex }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return out;
}

const COMMON = `
	.file "a.c"
	.text
	.p2align 4
	.globl f
	.type f, @function
f:
.LFB0:
	.cfi_startproc
	testl %edi, %edi
	je .L2
	jmp .L3
	.skip 100
	.p2align 4,,10
	.p2align 3
.L3:	call g		# a comment; with a semicolon
	jmp ext@PLT
	call f
	jmp f
	.skip 200
.L2:	ret
	.cfi_endproc
.LFE0:
	.size f, .-f
	.section .rodata.str1.1,"aMS",@progbits,1
.LC0:	.string "a\\tb\\"\\\\\\n\\101\\x41"
	.ascii "one" "two", "three"
	.section .rodata
	.align 8
	.type table, @object
	.size table, 12
table:	.long .L2-table
	.long .L3-f
	.long (.LFE0-.LFB0)/2
	.data
	.weak w
w:	.byte 1,-1,0xff,'a','\\n'
	.value 0x1234
	.int 1<<4|3, ~0, -(2+3)*4, 7%4
	.long f, ext+4, g-4
	.long ext-.
	.zero 3
	.fill 3,2,0x1234
	.balign 4,0x90
	.equ answer, 42
	.set twice, answer*2
	.long answer, twice, 1f-0f
0:	.skip 6,0xcc
1:	.local l
	.comm l,8,4
	.comm c,16,8
	.bss
	.lcomm m,5
b:	.space 7
	.hidden h
	.ident "GCC"
	.section .note.GNU-stack,"",@progbits
`;

const X86_64 = `
	movq $g,%rax
	movabs $g,%rax
	movl $.L2,%eax
	movl $answer,%eax
	addq $later,%rax
	movl b+4(%rip),%eax
	cmpl $5,b(%rip)
	movq ext@PLT,%rax
	movl table(,%rdi,4),%eax
	lea .LC0(%rip),%rdi
	movb $later,%al
	pushq $g
later = 5
	.quad f, ext, .-8
`.replace('movq ext@PLT,%rax\n', '');

const I386 = `
	movl $g,%eax
	pushl $.LC0
	movl b+4,%eax
	cmpl $5,b
	movl table(,%edi,4),%eax
	jmp *table(,%edi,4)
	movb $later,%al
	addl $later,%eax
	call *ext
later = 5
`;

describe.each([
  ['i386', I386],
  ['x86_64', X86_64],
] as const)('a whole %s source', (isa, tail) => {
  it('makes the same sections, relocations and symbols as GNU as', async () => {
    const source = `${COMMON}.text\n${tail}`;
    const [object] = await assemble([{ file: 'a.c', text: source }], { isa });
    if (!object) throw new Error('no object');
    expect(digest(writeObject(object))).toEqual(digest(gnuAs(isa, source)));
  });

  it('pads code as GNU as does, whatever the length', async () => {
    const lengths = Array.from({ length: 255 }, (_, i) => i + 1);
    const gaps = lengths.map((n) => `.skip ${256 - n},0xcc\n.p2align 8\n`).join('');
    const source = `.text\n.p2align 8\n${gaps}`;
    const [object] = await assemble([{ file: 'pad.s', text: source }], { isa });
    const reference = readElf(gnuAs(isa, source));
    const theirs = reference.sections.find((s) => s.name === '.text');
    if (!theirs) throw new Error('no .text');
    const differing = lengths.flatMap((n, i) => {
      const [a, b] = [text(object), sectionBytes(reference, theirs)].map((bytes) =>
        toHex(bytes.subarray(i * 256, i * 256 + 256)),
      );
      return a === b ? [] : [`${n}: ${a?.slice(-n * 2)}, as pads ${b?.slice(-n * 2)}`];
    });
    expect(differing).toEqual([]);
  });

  it('chooses short and near jumps as GNU as does, both ways and across each other', async () => {
    const jump = (i: number): string =>
      `l${i}: jmp l${(i * 37) % 90}\n jne l${(i * 53 + 7) % 90}\n .skip ${(i * 11) % 9}\n`;
    const source = `.text\n${Array.from({ length: 90 }, (_, i) => jump(i)).join('')}`;
    const [object] = await assemble([{ file: 'jumps.s', text: source }], { isa });
    if (!object) throw new Error('no object');
    expect(digest(writeObject(object))['.text']).toEqual(digest(gnuAs(isa, source))['.text']);
  });
});
