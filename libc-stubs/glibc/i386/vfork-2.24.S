# vfork in the style of glibc 2.24 and before, i386: as later versions, and the pid cached in the thread
# block is negated around the trap, so that a child that asks for its pid does not get its parent's.
#
# The return address waits in ecx, the cached pid in edx. 0 (not cached) becomes 0x80000000. The child
# never undoes it: it shares the thread block, and the parent puts its own pid back.
# Errors: eax in [-4095, -1] goes to __syscall_error. Needs gs to point at a thread block.

.equ NR_vfork, 190
.equ PID, 0x6c

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	popl %ecx
	movl %gs:PID, %edx
	movl %edx, %eax
	negl %eax
	jne .Lcached
	movl $0x80000000, %eax
.Lcached:
	movl %eax, %gs:PID
	movl $NR_vfork, %eax
	int $0x80
	pushl %ecx
	testl %eax, %eax
	je .Lchild
	movl %edx, %gs:PID
.Lchild:
	cmpl $-4095, %eax
	jae __syscall_error
	ret
.size vfork, . - vfork
