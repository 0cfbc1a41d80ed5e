# clone with a function, an argument and a stack of the child's own, x86-64: private memory, exit signal
# SIGCHLD. The function's result becomes the child's exit status.

.equ NR_wait4, 61
.equ SIGCHLD, 17

.section .rodata
.Lchild:
	.string "child: argument %d\n"
.Lparent_line:
	.string "parent: exit status %d\n"

.text
.type child, @function
child:
	subq $8, %rsp
	movl %edi, %esi
	movl $.Lchild, %edi
	call print
	movl $9, %eax
	addq $8, %rsp
	ret
.size child, . - child

.global main
.type main, @function
main:
	pushq %rbp
	movq %rsp, %rbp
	subq $16, %rsp
	movq $0, (%rsp)			# ctid
	xorl %r9d, %r9d			# tls
	xorl %r8d, %r8d			# ptid
	movl $42, %ecx			# arg
	movl $SIGCHLD, %edx		# flags
	leaq child_stack_end(%rip), %rsi
	leaq child(%rip), %rdi
	call clone
	movl %eax, %edi
	leaq -4(%rbp), %rsi		# &status
	xorl %edx, %edx
	xorl %r10d, %r10d
	movl $NR_wait4, %eax
	syscall
	movzbl -3(%rbp), %esi
	movl $.Lparent_line, %edi
	call print
	xorl %eax, %eax
	leave
	ret
.size main, . - main

.bss
.p2align 4
	.space 4096
child_stack_end:
	.space 16
