# fork in the style of uClibc, x86-64: a bare system call. The stack is copied, so the return address needs no care.

.equ NR_fork, 57

.text
.global fork
.type fork, @function
.p2align 4
fork:
	movl $NR_fork, %eax
	syscall
	cmpq $-4095, %rax
	jae __syscall_error
	ret
.size fork, . - fork
