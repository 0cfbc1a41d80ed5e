# fork in the style of uClibc, i386: a bare system call. The stack is copied, so the return address needs no care.

.equ NR_fork, 2

.text
.global fork
.type fork, @function
.p2align 4
fork:
	movl $NR_fork, %eax
	int $0x80
	cmpl $-4095, %eax
	jae __syscall_error
	ret
.size fork, . - fork
