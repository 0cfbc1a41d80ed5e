import { describe, expect, it } from 'vitest';
import { AssemblyError, assemble, type Diagnostic, LinkError, linkExecutable } from '../../../asm/index.ts';
import type { IsaName } from '../../../kernel/ports.ts';

async function errorsOf(isa: IsaName, source: string, syntax: 'att' | 'intel' = 'att'): Promise<readonly Diagnostic[]> {
  try {
    await assemble([{ file: 'dir/a.S', text: source }], { isa, syntax });
  } catch (error) {
    if (error instanceof AssemblyError) return error.diagnostics;
    throw error;
  }
  return [];
}

const X86_INTEL: readonly (readonly [string, string])[] = [
  ['mov eax,[eax', "expected ']' at the end of the statement"],
  ['mov eax,[eax]]', "unexpected text ']'"],
  ['mov eax,[eax-ebx]', 'a register cannot be subtracted'],
  ['mov eax,[eax*3]', 'scale 3 is not 1, 2, 4 or 8'],
  ['mov eax,[eax+ebx+ecx]', 'too many registers in an address'],
];

const X86_ATT: readonly (readonly [string, string])[] = [
  ['frob %eax', "invalid mnemonic: 'frob %eax'"],
  ['movl %rax,%ebx', "bad register name '%rax'"],
  ['movl $5,(%eax', "expected ')' at the end of the statement"],
  ['movl 4(%eax,%ebx,3),%eax', 'scale 3 is not 1, 2, 4 or 8'],
  ['movb $0x1ff,%al', 'immediate 0x1ff does not fit this instruction (it would become 0xff)'],
  ['movb $-200,%al', 'immediate -0xc8 does not fit this instruction (it would become 0x38)'],
  ['movw $0x12345,%ax', 'immediate 0x12345 does not fit this instruction (it would become 0x2345)'],
  ['ret $0x12345', 'immediate 0x12345 does not fit this instruction (it would become 0x2345)'],
  ['movl (%eax,%esp,2),%eax', "it would come out as 'mov eax, dword ptr [eax]'"],
  ['inc (%eax)', "invalid operand: 'inc (%eax)'"],
  ['.frob 3', "unknown directive '.frob'"],
  ['.cfi_frob', "unknown directive '.cfi_frob'"],
  ['.long 1+', 'expected an expression at the end of the statement'],
  ['.long 1 2', "unexpected text '2'"],
  ['.long 12x', 'malformed number'],
  ['.long 089', "'089' is not an octal number"],
  ['.byte 300', 'value 0x12c does not fit 8 bits'],
  ['.byte later\nlater = 300', 'value 0x12c does not fit 8 bits'],
  ['.long 5/0', 'division by zero'],
  ['.long a-b', 'difference of symbols in different sections, or of undefined ones'],
  ['.long a*2\na:', 'expression must come to a number or to symbol ± number'],
  ['jmp 1f', "no label '1:' below this line"],
  ['jmp 1b', "no label '1:' above this line"],
  ['a: nop\na: nop', "'a' is already defined"],
  ['a = 1\na: nop', "'a' is already defined"],
  ['.set a,a+1', "'a' is set to itself"],
  ['.equiv a,1\n.equiv a,2', "'a' is already defined"],
  ['.ascii "abc', 'string is never closed'],
  ['.ascii "\\q"', "unknown escape '\\q' in a string"],
  ['nop\n/* open\nnop', 'comment is never closed'],
  ['#define X 3', 'preprocessor line: this assembler has no C preprocessor'],
  ['.space -5', 'length -5 is negative'],
  ['.space 1<<40', 'length 1099511627776 is absurdly large'],
  ['.space later\nlater = 1<<40', 'length 1099511627776 is absurdly large'],
  ['.align 3', 'alignment 3 is not a power of two'],
  ['.org 5\n.org 3', '.org moves backwards'],
  ['.bss\n.long 5', 'section .bss holds no data: only zeros may be stored here'],
  ['.bss\nnop', 'section .bss holds no code'],
  ['.section .x,"q"', "unknown section flag 'q'"],
  ['.popsection', '.popsection without .pushsection'],
  ['movl x@GOT(%ebx),%eax', "relocation 'got' is not supported"],
  ['.if 1', '.if is never closed'],
  ['.endif', '.endif without .if'],
  ['.macro m\nnop', '.macro is never closed'],
  ['.macro m a:req\n.endm\nm', "macro 'm' needs its argument 'a'"],
  ['.macro m\nm\n.endm\nm', 'macros are nested too deeply'],
  ['1: loop 1f\n.space 200\n1:', 'out of reach (200 bytes away)'],
];

const X86_64: readonly (readonly [string, string])[] = [
  ['addq $0x80000000,%rax', "invalid instruction: 'addq $0x80000000,%rax'"],
  ['movl 0x80000000(%rax),%ebx', "it would come out as 'mov ebx, dword ptr [rax - 0x80000000]'"],
  ['movl 0x123456789,%eax', "it would come out as 'mov eax, dword ptr [0x23456789]'"],
  ['pushl %eax', "invalid instruction: 'pushl %eax'"],
  ['pusha', "invalid mnemonic: 'pusha'"],
  ['.code32', 'this object is x86_64'],
];

const ARM: readonly (readonly [string, string])[] = [
  ['mov r0,#0x12345678', "invalid operand: 'mov r0,#0x12345678'"],
  ['add r0,r1,#0x101', "invalid operand: 'add r0,r1,#0x101'"],
  ['ldr r0,[r1', "invalid operand: 'ldr r0,[r1'"],
  ['mov r0,r16', "operand must be a number, and 'r16' is not defined"],
  ['mov r0,#len\nlen = 0x12345678', "invalid operand: 'mov r0,#len'"],
  ['.thumb\nmoveq r0,#1', "invalid instruction: 'moveq r0,#1'"],
  ['.thumb\nit eq\nmovne r0,#1', "the IT block expects condition 'eq' here"],
  ['.thumb\nadd r2,pc,#8', "it would come out as 'addw r2, pc, #4'"],
  ['.thumb\nmovs r0,#len\nlen = 0x100', 'operand 0x100 needs another encoding: define it above its use'],
  ['.thumb\ncbz r0,a\n.space 200\na:', "'a' is out of reach (198 bytes away)"],
  ['adr r0,a\n.space 5000\na:', "'a' is out of reach (4996 bytes away)"],
  ['ldr r0,=0x100000000', 'value does not fit 32 bits'],
  ['.syntax divided', "only '.syntax unified' is supported"],
  ['#define X 3', 'preprocessor line'],
  ['cbz r0,a', "'cbz' exists only in Thumb"],
];

describe('what cannot be assembled is refused, never passed on wrong', () => {
  it.each(X86_INTEL)('i386 Intel: %j', async (source, message) => {
    const errors = await errorsOf('i386', source, 'intel');
    expect(errors[0]?.message).toContain(message);
  });
  it.each(X86_ATT)('i386: %j', async (source, message) => {
    expect((await errorsOf('i386', source))[0]?.message).toContain(message);
  });
  it.each(X86_64)('x86_64: %j', async (source, message) => {
    expect((await errorsOf('x86_64', source))[0]?.message).toContain(message);
  });
  it.each(ARM)('arm: %j', async (source, message) => {
    expect((await errorsOf('arm', source))[0]?.message).toContain(message);
  });
});

describe('an error', () => {
  it('has file, line, column and the text of its line', async () => {
    const source = 'start: nop\n\tnop; movl $5,(%eax # comment\n';
    const [error] = await errorsOf('i386', source);
    expect(error).toEqual({
      file: 'dir/a.S',
      line: 2,
      column: 20,
      message: "expected ')' at the end of the statement",
      text: '\tnop; movl $5,(%eax # comment',
    });
  });

  it('is formatted with a caret under its column', async () => {
    const failure = assemble([{ file: 'a.S', text: '\tfrob %eax\n' }], { isa: 'i386' });
    await expect(failure).rejects.toThrow("a.S:1:2: invalid mnemonic: 'frob %eax'\n  \tfrob %eax\n  \t^");
  });

  it('does not hide the next: all are reported, of all files', async () => {
    const sources = [
      { file: 'a.S', text: 'frob\nnop\nfrub\n' },
      { file: 'b.S', text: '.frib\n' },
    ];
    const failure = await assemble(sources, { isa: 'i386' }).catch((e: unknown) => e);
    if (!(failure instanceof AssemblyError)) throw new Error('no AssemblyError');
    expect(failure.diagnostics.map((d) => `${d.file}:${d.line}`)).toEqual(['a.S:1', 'a.S:3', 'b.S:1']);
  });

  it('is one of at most fifty', async () => {
    expect(await errorsOf('i386', 'frob\n'.repeat(500))).toHaveLength(50);
  });

  it('in a macro names the call’s line and the expanded statement', async () => {
    const errors = await errorsOf('i386', '.macro m reg\n nop\n movl $1,%\\reg\n.endm\n\n m eux\n');
    expect(errors).toEqual([
      {
        file: 'dir/a.S',
        line: 6,
        column: 2,
        message: "bad register name '%eux' (in the expansion 'movl $1,%eux')",
        text: ' m eux',
      },
    ]);
  });
});

describe('linking', () => {
  const link = async (isa: IsaName, ...texts: string[]): Promise<readonly string[]> => {
    const objects = await assemble(
      texts.map((text, i) => ({ file: `${i}.S`, text })),
      { isa },
    );
    try {
      linkExecutable(objects);
    } catch (error) {
      if (error instanceof LinkError) return error.problems;
      throw error;
    }
    return [];
  };

  it('reports every undefined and doubly defined symbol with its place', async () => {
    const problems = await link('i386', '.globl a\na: nop\n call nowhere\n jmp never\n', '.globl a\na: nop\n');
    expect(problems).toEqual([
      "'a' is defined in 0.S and in 1.S",
      "0.S:3: undefined symbol 'nowhere'",
      "0.S:4: undefined symbol 'never'",
    ]);
  });

  it('refuses an address that does not fit its field', async () => {
    expect(await link('x86_64', '_start: movl $x,%eax\n', '.globl x\nx = 0x123456789\n')).toEqual([
      "0.S:1: 'x' is out of reach for R_X86_64_32",
    ]);
  });

  it('refuses a jump between ARM and Thumb, which no instruction does', async () => {
    const problems = await link('arm', '.globl _start\n_start: b t\n', '.thumb\n.globl t\n.thumb_func\nt: bx lr\n');
    expect(problems[0]).toContain("a jump cannot change between ARM and Thumb: call 't' with bl");
  });
});
