# clone with a function, an argument and a stack of the child's own, i386: private memory, exit signal SIGCHLD.
# The function's result becomes the child's exit status.

.equ NR_wait4, 114
.equ SIGCHLD, 17

.section .rodata
.Lchild:
	.string "child: argument %d\n"
.Lparent_line:
	.string "parent: exit status %d\n"

.text
.type child, @function
child:
	pushl %ebp
	movl %esp, %ebp
	subl $8, %esp
	movl 8(%ebp), %eax
	movl %eax, 4(%esp)
	movl $.Lchild, (%esp)
	call print
	movl $9, %eax
	leave
	ret
.size child, . - child

.global main
.type main, @function
main:
	pushl %ebp
	movl %esp, %ebp
	pushl %ebx
	pushl %esi
	subl $32, %esp
	movl $0, 24(%esp)		# ctid
	movl $0, 20(%esp)		# tls
	movl $0, 16(%esp)		# ptid
	movl $42, 12(%esp)		# arg
	movl $SIGCHLD, 8(%esp)		# flags
	movl $child_stack_end, 4(%esp)
	movl $child, (%esp)
	call clone
	movl %eax, %ebx
	leal 8(%esp), %ecx		# &status
	xorl %edx, %edx
	xorl %esi, %esi
	movl $NR_wait4, %eax
	int $0x80
	movzbl 9(%esp), %eax
	movl %eax, 4(%esp)
	movl $.Lparent_line, (%esp)
	call print
	xorl %eax, %eax
	addl $32, %esp
	popl %esi
	popl %ebx
	popl %ebp
	ret
.size main, . - main

.bss
.p2align 4
	.space 4096
child_stack_end:
	.space 16
