# vfork in the style of glibc since 2.25, i386 (without the shadow stack variant for CET kernels).
#
# The return address is popped into ecx before the trap and pushed back by both processes: `int $0x80`
# keeps ecx, so the parent returns rightly even after its child overwrote the word it came from.
# Errors: eax in [-4095, -1] goes to __syscall_error.

.equ NR_vfork, 190

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	.cfi_startproc
	popl %ecx
	.cfi_adjust_cfa_offset -4
	movl $NR_vfork, %eax
	int $0x80
	pushl %ecx
	.cfi_adjust_cfa_offset 4
	cmpl $-4095, %eax
	jae __syscall_error
	ret
	.cfi_endproc
.size vfork, . - vfork
