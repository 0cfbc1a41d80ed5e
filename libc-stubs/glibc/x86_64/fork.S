# fork in the style of glibc, x86-64: clone with CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID, so that the
# child's thread block holds its own thread id from its first instruction on.
#
# The stack is copied, so the return address needs no care. Needs fs to point at a thread block.
# Errors: rax in [-4095, -1] goes to __syscall_error.

.equ NR_clone, 56
.equ FLAGS, 0x01200011		# CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD
.equ SELF, 0x10
.equ TID, 0x2d0

.text
.global fork
.type fork, @function
.p2align 4
fork:
	movq %fs:SELF, %r10
	addq $TID, %r10
	movl $FLAGS, %edi
	xorl %esi, %esi
	xorl %edx, %edx
	xorl %r8d, %r8d
	movl $NR_clone, %eax
	syscall
	cmpq $-4095, %rax
	jae __syscall_error
	ret
.size fork, . - fork
