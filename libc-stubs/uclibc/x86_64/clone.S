# clone(fn, stack, flags, arg, ptid, tls, ctid) in the style of uClibc, x86-64.
#
# The child has a stack of its own, so the caller's return address is safe on the caller's. fn and arg are
# laid onto the new stack and popped there. The kernel's order is flags, sp, ptid, ctid, tls.
# Errors: no fn or no stack is EINVAL without asking the kernel; rax in [-4095, -1] goes to __syscall_error.

.equ NR_clone, 56
.equ NR_exit, 60
.equ EINVAL, 22

.text
.global clone
.type clone, @function
.p2align 4
clone:
	movq $-EINVAL, %rax
	testq %rdi, %rdi
	je __syscall_error
	testq %rsi, %rsi
	je __syscall_error
	andq $-16, %rsi
	subq $16, %rsi
	movq %rcx, 8(%rsi)		# arg
	movq %rdi, (%rsi)		# fn
	movq %rdx, %rdi
	movq %r8, %rdx
	movq %r9, %r8
	movq 8(%rsp), %r10
	movl $NR_clone, %eax
	syscall
	testq %rax, %rax
	jl __syscall_error
	je .Lchild
	ret
.Lchild:
	xorl %ebp, %ebp
	popq %rax
	popq %rdi
	call *%rax
	movl %eax, %edi
	movl $NR_exit, %eax
	syscall
	hlt
.size clone, . - clone
