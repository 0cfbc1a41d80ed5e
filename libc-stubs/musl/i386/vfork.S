# vfork in the style of musl, i386.
#
# The return address waits in edx. Behind the trap both processes push it back and *call* __syscall_ret,
# which turns [-4095, -1] into errno and -1: the call goes below the saved address and harms nothing.

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
	pushl %eax
	call __syscall_ret
	addl $4, %esp
	ret
.size vfork, . - vfork
