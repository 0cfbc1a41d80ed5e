# vfork in the style of glibc 2.24 and before, x86-64: as later versions, and the pid cached in the thread
# block is negated around the trap, so that a child that asks for its pid does not get its parent's.
#
# The return address waits in rdi, the cached pid in esi. 0 (not cached) becomes 0x80000000. The child
# never undoes it: it shares the thread block, and the parent puts its own pid back.
# Errors: only eax is compared with -4095; then __syscall_error. Needs fs to point at a thread block.

.equ NR_vfork, 58
.equ PID, 0x2d4

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	popq %rdi
	movl %fs:PID, %esi
	movl $0x80000000, %ecx
	movl %esi, %edx
	negl %edx
	cmove %ecx, %edx
	movl %edx, %fs:PID
	movl $NR_vfork, %eax
	syscall
	pushq %rdi
	testq %rax, %rax
	je .Lchild
	movl %esi, %fs:PID
.Lchild:
	cmpl $-4095, %eax
	jae __syscall_error
	ret
.size vfork, . - vfork
