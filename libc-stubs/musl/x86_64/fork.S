# fork in the style of musl, x86-64: all signals are blocked around the call, so that no handler runs in a
# child that is not complete yet; both processes restore the mask from their own copy of the stack.
#
# Errors: __syscall_ret turns [-4095, -1] into errno and -1.

.equ NR_fork, 57
.equ NR_rt_sigprocmask, 14
.equ SIG_BLOCK, 0
.equ SIG_SETMASK, 2

.text
.global fork
.type fork, @function
.p2align 4
fork:
	subq $24, %rsp			# the old mask, the result
	movl $SIG_BLOCK, %edi
	leaq .Lall(%rip), %rsi
	movq %rsp, %rdx
	movl $8, %r10d
	movl $NR_rt_sigprocmask, %eax
	syscall
	movl $NR_fork, %eax
	syscall
	movq %rax, 8(%rsp)
	movl $SIG_SETMASK, %edi
	movq %rsp, %rsi
	xorl %edx, %edx
	movl $8, %r10d
	movl $NR_rt_sigprocmask, %eax
	syscall
	movq 8(%rsp), %rdi
	addq $24, %rsp
	jmp __syscall_ret
.size fork, . - fork

.section .rodata
.p2align 3
.Lall:
	.quad -1
