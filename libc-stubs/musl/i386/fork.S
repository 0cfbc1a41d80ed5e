# fork in the style of musl, i386: all signals are blocked around the call, so that no handler runs in a
# child that is not complete yet; both processes restore the mask from their own copy of the stack.
#
# Errors: __syscall_ret turns [-4095, -1] into errno and -1.

.equ NR_fork, 2
.equ NR_rt_sigprocmask, 175
.equ SIG_BLOCK, 0
.equ SIG_SETMASK, 2

.text
.global fork
.type fork, @function
.p2align 4
fork:
	pushl %ebx
	pushl %esi
	subl $12, %esp			# the old mask, and a word to align the call
	movl $SIG_BLOCK, %ebx
	movl $.Lall, %ecx
	movl %esp, %edx
	movl $8, %esi
	movl $NR_rt_sigprocmask, %eax
	int $0x80
	movl $NR_fork, %eax
	int $0x80
	movl %eax, 8(%esp)
	movl $SIG_SETMASK, %ebx
	movl %esp, %ecx
	xorl %edx, %edx
	movl $8, %esi
	movl $NR_rt_sigprocmask, %eax
	int $0x80
	pushl 8(%esp)
	call __syscall_ret
	addl $16, %esp
	popl %esi
	popl %ebx
	ret
.size fork, . - fork

.section .rodata
.p2align 3
.Lall:
	.long -1, -1
