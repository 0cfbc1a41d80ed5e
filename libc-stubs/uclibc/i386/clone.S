# clone(fn, stack, flags, arg, ptid, tls, ctid) in the style of uClibc, i386.
#
# The child has a stack of its own, so the caller's return address is safe on the caller's. fn and arg are
# laid onto the new stack; the child pops fn and calls it.
# Errors: no fn or no stack is EINVAL without asking the kernel; eax in [-4095, -1] goes to __syscall_error.

.equ NR_clone, 120
.equ NR_exit, 1
.equ EINVAL, 22

.text
.global clone
.type clone, @function
.p2align 4
clone:
	movl $-EINVAL, %eax
	cmpl $0, 4(%esp)
	je __syscall_error
	movl 8(%esp), %ecx
	testl %ecx, %ecx
	je __syscall_error
	andl $-16, %ecx
	subl $20, %ecx
	movl 16(%esp), %eax
	movl %eax, 4(%ecx)		# arg
	movl 4(%esp), %eax
	movl %eax, (%ecx)		# fn
	pushl %ebx
	pushl %esi
	pushl %edi
	movl 24(%esp), %ebx		# flags
	movl 32(%esp), %edx		# ptid, behind arg
	movl 36(%esp), %esi		# tls
	movl 40(%esp), %edi		# ctid
	movl $NR_clone, %eax
	int $0x80
	testl %eax, %eax
	je .Lchild
	popl %edi
	popl %esi
	popl %ebx
	jl __syscall_error
	ret
.Lchild:
	xorl %ebp, %ebp
	popl %eax
	call *%eax
	movl %eax, %ebx
	movl $NR_exit, %eax
	int $0x80
	hlt
.size clone, . - clone
