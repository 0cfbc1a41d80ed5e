# vfork in the style of dietlibc, x86-64: an alias of fork. The memory is a copy, the return address is
# on the child's own stack, and a child that breaks vfork's rules goes unnoticed.
#
# The number goes through al into the one system call sequence that all calls share; an rax above -132 is
# an error: errno is stored and -1 returned.

.equ NR_fork, 57

.text
.global fork
.type fork, @function
.global vfork
.type vfork, @function
.p2align 4
fork:
vfork:
	movb $NR_fork, %al
	jmp __unified_syscall
.size fork, . - fork
.size vfork, . - vfork

.type __unified_syscall, @function
__unified_syscall:
	movzbl %al, %eax
	movq %rcx, %r10
	syscall
	cmpq $-132, %rax
	jbe .Lreturn
	negl %eax
	movl %eax, errno(%rip)
	orq $-1, %rax
.Lreturn:
	ret
.size __unified_syscall, . - __unified_syscall
