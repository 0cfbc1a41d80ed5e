import { describe, expect, it } from 'vitest';
import { assemble, findSection, readElf, sectionBytes } from '../../../asm/index.ts';
import { gnuAs, text, toHex } from '../host.ts';

/** Each is assembled by GNU as too. */
const SOURCES: Readonly<Record<string, string>> = {
  'a macro with arguments, defaults and keywords': `
	.macro sys number, a=0, b:req
	movl $\\a,%ebx
	movl $\\b,%ecx
	movl $\\number,%eax
	.endm
	sys 4, 1, 2
	sys 5,,3
	sys number=6, b=7
	sys 8 9 10
`,
  'unique labels and joined names': `
	.macro spin reg
loop\\@_\\reg\\()x:	dec %e\\reg\\()x
	jnz loop\\@_\\reg\\()x
	.endm
	spin a
	spin b
	spin a
`,
  'the rest of the arguments': `
	.macro words first, rest:vararg
	.long \\first
	.ifnb \\rest
	words \\rest
	.endif
	.endm
	words 1, 2, 3, 4
`,
  'repetition, nested': `
	.rept 3
	.byte 1
	.rept 2
	.byte 2
	.endr
	.endr
	.irp reg, eax, ecx, edx
	pushl %\\reg
	.endr
	.irpc digit, 123
	.byte \\digit
	.endr
`,
  conditions: `
	.equ debug, 1
	.if debug
	.byte 1
	.else
	.byte 2
	.endif
	.ifdef nothing
	.frobnicate
	.elseif debug > 3
	.byte 3
	.elseif debug == 1
	.byte 4
	.else
	.byte 5
	.endif
	.ifndef debug
	.byte 6
	.endif
	.if 0
	.if 1
	.byte 7
	.endif
	.else
	.byte 8
	.endif
	.ifc abc,abc
	.byte 9
	.endif
	.ifge debug-1
	.byte 10
	.endif
`,
  'a macro that counts down by calling itself': `
	.macro countdown n
	.byte \\n
	.if \\n
	countdown \\n-1
	.endif
	.endm
	countdown 5
	.purgem countdown
`,
  'leaving a macro early': `
	.macro early n
	.byte \\n
	.if \\n > 1
	.exitm
	.endif
	.byte 0xff
	.endm
	early 1
	early 2
	early 0
`,
};

describe('macros and conditions', () => {
  it.each(Object.entries(SOURCES))('%s', async (_, source) => {
    const [object] = await assemble([{ file: 'a.S', text: source }], { isa: 'i386' });
    const reference = readElf(gnuAs('i386', source));
    const section = findSection(reference, '.text');
    expect(toHex(text(object))).toBe(section ? toHex(sectionBytes(reference, section)) : '');
  });

  it('work in ARM source, where operands look different', async () => {
    const source = `
	.macro sys number
	mov r7,#\\number
	svc #0
	.endm
	sys 190
	.irp r, r4, r5
	push {\\r}
	.endr
`;
    const [object] = await assemble([{ file: 'a.S', text: source }], { isa: 'arm' });
    expect(toHex(text(object))).toBe('be70a0e3000000ef04402de504502de5');
  });
});
