# fork in the style of glibc, i386: clone with CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID, so that the
# child's thread block holds its own thread id from its first instruction on.
#
# The stack is copied, so the return address needs no care. ebx, esi and edi are the caller's and are saved.
# Errors: eax in [-4095, -1] goes to __syscall_error. Needs gs to point at a thread block.

.equ NR_clone, 120
.equ FLAGS, 0x01200011		# CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD
.equ SELF, 0x8
.equ TID, 0x68

.text
.global fork
.type fork, @function
.p2align 4
fork:
	pushl %ebx
	pushl %esi
	pushl %edi
	movl %gs:SELF, %edi
	addl $TID, %edi
	movl $FLAGS, %ebx
	xorl %ecx, %ecx
	xorl %edx, %edx
	xorl %esi, %esi
	movl $NR_clone, %eax
	int $0x80
	popl %edi
	popl %esi
	popl %ebx
	cmpl $-4095, %eax
	jae __syscall_error
	ret
.size fork, . - fork
