# vfork in the style of uClibc (and uClibc-ng), x86-64.
#
# The return address waits in rdi: `syscall` destroys rcx and r11 only, and vfork has no argument of
# its own in rdi.
# Errors: the 32-bit eax is compared (a pid fits), then __syscall_error sets errno and returns -1.

.equ NR_vfork, 58

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	popq %rdi
	movl $NR_vfork, %eax
	syscall
	pushq %rdi
	cmpl $-4095, %eax
	jae __syscall_error
	ret
.size vfork, . - vfork
