# vfork in the style of klibc, i386.
#
# The return address waits in edx and is pushed back behind the trap. errno is a plain word; there is no
# __syscall_error, the stub stores it itself.

.equ NR_vfork, 190

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	popl %edx
	movl $NR_vfork, %eax
	int $0x80
	pushl %edx
	cmpl $-4095, %eax
	jae 1f
	ret
1:
	negl %eax
	movl %eax, errno
	orl $-1, %eax
	ret
.size vfork, . - vfork
