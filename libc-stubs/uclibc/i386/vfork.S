# vfork in the style of uClibc (and uClibc-ng), i386.
#
# The return address is popped into ecx before the trap: `int $0x80` keeps ecx, and whatever the child
# does to the shared stack, the parent pushes its own copy back. Only the word it came from is saved;
# everything above it is as the child left it.
# Errors: eax in [-4095, -1] goes to __syscall_error, which sets errno and returns -1.

.equ NR_vfork, 190

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	popl %ecx
	movl $NR_vfork, %eax
	int $0x80
	pushl %ecx
	cmpl $-4095, %eax
	jae __syscall_error
	ret
.size vfork, . - vfork
