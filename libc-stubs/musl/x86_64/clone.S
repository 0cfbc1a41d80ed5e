# __clone(fn, stack, flags, arg, ptid, tls, ctid) in the style of musl, x86-64: clone without its last step,
# it returns the kernel's -errno as it is (musl's clone puts __syscall_ret around it).
#
# The child has a stack of its own. fn goes with it in r9, arg is laid onto the new stack.

.equ NR_clone, 56
.equ NR_exit, 60

.text
.global __clone
.type __clone, @function
.p2align 4
__clone:
	xorl %eax, %eax
	movb $NR_clone, %al
	movq %rdi, %r11
	movq %rdx, %rdi
	movq %r8, %rdx
	movq %r9, %r8
	movq 8(%rsp), %r10
	movq %r11, %r9			# r11 does not outlive the trap
	andq $-16, %rsi
	subq $8, %rsi
	movq %rcx, (%rsi)
	syscall
	testl %eax, %eax
	jne .Lparent
	xorl %ebp, %ebp
	popq %rdi
	call *%r9
	movl %eax, %edi
	xorl %eax, %eax
	movb $NR_exit, %al
	syscall
	hlt
.Lparent:
	ret
.size __clone, . - __clone
