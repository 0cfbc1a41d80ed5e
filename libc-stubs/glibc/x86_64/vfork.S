# vfork in the style of glibc since 2.25, x86-64 (without the shadow stack variant for CET kernels).
#
# The return address waits in rdi: `syscall` destroys rcx and r11, and vfork takes no argument.
# Errors: only the low half, eax, is compared with -4095; then __syscall_error.

.equ NR_vfork, 58

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	.cfi_startproc
	popq %rdi
	.cfi_adjust_cfa_offset -8
	movl $NR_vfork, %eax
	syscall
	pushq %rdi
	.cfi_adjust_cfa_offset 8
	cmpl $-4095, %eax
	jae __syscall_error
	ret
	.cfi_endproc
.size vfork, . - vfork
