# vfork in the style of dietlibc, i386.
#
# The return address waits in edx and is jumped to: it is never written back to the stack.
# Errors are not converted at all: vfork returns the kernel's -errno and leaves errno alone.

.equ NR_vfork, 190

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	popl %edx
	movl $NR_vfork, %eax
	int $0x80
	jmp *%edx
.size vfork, . - vfork
