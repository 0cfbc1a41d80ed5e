import type { IsaName } from '../../kernel/ports.ts';

/** A program, what it prints and how it ends. */
export interface Program {
  readonly name: string;
  readonly isa: IsaName;
  readonly syntax?: 'att' | 'intel';
  readonly sources: readonly string[];
  readonly stdout: string;
  readonly status: number;
}

const I386_MAIN = `
	.text
	.globl _start
	.type _start,@function
_start:	movl $msg,%ecx
	movl $len,%edx
	call print
	movl table+4,%eax
	jmp *%eax
bad:	ud2
good:	movl counter,%ebx
	addl counter(,%ebx,4),%ebx	# counter[1]
	leal (%ebx,%ebx,2),%ebx
	cmpb $'h',msg
	jne bad
	pushl $1f
	ret
	ud2
1:	movl $1,%eax
	int $0x80
	.size _start,.-_start
	.section .rodata
msg:	.ascii "hello from i386\\n"
	.set len, .-msg
	.align 4
table:	.long bad, good
	.data
	.globl counter
counter: .long 1, 6
`;
const I386_PRINT = `
	.globl print
	.hidden print
print:	movl $4,%eax
	movl $1,%ebx
	int $0x80
	incl calls
	cmpl $1,calls
	je 2f
	hlt
2:	ret
	.local calls
	.comm calls,4,4
`;

const X86_64_ATT = `
	.globl _start
_start:	endbr64
	mov $1,%eax
	mov $1,%edi
	lea msg(%rip),%rsi
	mov $len,%edx
	syscall
	movq pointer(%rip),%rax
	movq (%rax),%rdi
	movabs $big,%rcx
	addq (%rcx),%rdi
	movl $60,%eax
	syscall
	.data
pointer: .quad value
value:	.quad 40
big:	.quad 2
msg:	.string "hello\\054 64\\n"
len =	.-msg-1
`;

const X86_64_INTEL = `
	.intel_syntax noprefix
	SYS_write = 1
	.equ SYS_exit, 60
	.globl _start
_start:
	mov eax, SYS_write
	mov edi, 1
	lea rsi, [rip+msg]
	mov edx, OFFSET len
	syscall
	xor ecx, ecx
.Lnext:	inc ecx
	cmp ecx, 9
	jb .Lnext
	lea rbx, table[rip]
	movzx edi, BYTE PTR [rbx+rcx*1-1]
	mov rax, QWORD PTR number[rip]
	add edi, eax
	mov eax, SYS_exit
	syscall
	.section .rodata,"a"
msg:	.ascii "intel\\n"
len = . - msg
table:	.byte 0,1,2,3,4,5,6,7,8
	.balign 8
number:	.quad 34
`;

const ARM = `
	.syntax unified
	.text
	.globl _start
_start:	mov r7,#4
	mov r0,#1
	ldr r1,=msg
	mov r2,#len
	svc #0
	adr r4,words
	ldr r0,words
	ldr r5,[r4,#4]
	add r0,r0,r5
	bl thumbfn
	movw r6,#:lower16:value
	movt r6,#:upper16:value
	ldr r6,[r6]
	add r0,r0,r6
	ldr r1,=thumbfn
	tst r1,#1
	beq 1f
	mov r7,#1
	svc 0
1:	.inst 0xe7f001f0
words:	.word 10, 20
	.ltorg
	.thumb
	.thumb_func
thumbfn: push {r4,lr}
	cmp r0,#30
	ite eq
	moveq r4,#3
	movne r4,#0
	cbz r4,2f
	adds r0,r0,r4
	ldr r1,=0x12345
	ldr r2,const
	cmp r1,r2
	beq.n 2f
	movs r0,#99
2:	bl armfn
	pop {r4,pc}
	.align 2
const:	.word 0x12345
	.arm
	.type armfn,%function
armfn:	add r0,r0,#4
	bx lr
	.data
msg:	.ascii "hello from arm\\n"
len = . - msg
	.align
value:	.word 5
`;

export const PROGRAMS: readonly Program[] = [
  { name: 'two files', isa: 'i386', sources: [I386_MAIN, I386_PRINT], stdout: 'hello from i386\n', status: 21 },
  { name: 'AT&T', isa: 'x86_64', sources: [X86_64_ATT], stdout: 'hello, 64\n', status: 42 },
  { name: 'Intel', isa: 'x86_64', sources: [X86_64_INTEL], stdout: 'intel\n', status: 42 },
  { name: 'ARM and Thumb', isa: 'arm', sources: [ARM], stdout: 'hello from arm\n', status: 42 },
];
