# "child proc printed twice", x86-64, as gcc lays it out without optimization (the source is in ../i386).
#
# The slot of createproc's return address is the first word below main's frame; `call exit` pushes its own
# there, the first byte of createproc, and the parent's `ret` takes it. That second createproc is entered
# with rsp eight bytes off the ABI's alignment, so its child dies in print's aligned store (SIGSEGV)
# before it can print, and the parent's `ret` then takes a word of main's frame that is no code.
# Native Linux prints "child proc:0", "0" and the process dies by SIGSEGV.

.section .rodata
.Lpid_line:
	.string "%d\n"
.Lchild_line:
	.string "child proc:%d\n"

.text
.global main
.type main, @function
main:
	pushq %rbp
	movq %rsp, %rbp
	subq $16, %rsp
	movl $0, %eax
	call createproc
	movl %eax, -4(%rbp)
	movl -4(%rbp), %eax
	movl %eax, %esi
	movl $.Lpid_line, %edi
	movl $0, %eax
	call print
	movl $0, %edi
	call exit
.size main, . - main

.global createproc
.type createproc, @function
createproc:
	pushq %rbp
	movq %rsp, %rbp
	subq $16, %rsp
	call vfork
	movl %eax, -4(%rbp)
	cmpl $0, -4(%rbp)
	jne .Lparent
	movl -4(%rbp), %eax
	movl %eax, %esi
	movl $.Lchild_line, %edi
	movl $0, %eax
	call print
	movl -4(%rbp), %eax
	jmp .Lreturn
.Lparent:
	movl $-1, %eax
.Lreturn:
	leave
	ret
.size createproc, . - createproc
