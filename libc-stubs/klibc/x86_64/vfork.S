# vfork in the style of klibc, x86-64.
#
# The return address waits in rdx and is pushed back behind the trap. errno is a plain word; there is no
# __syscall_error, the stub stores it itself.

.equ NR_vfork, 58

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	popq %rdx
	movl $NR_vfork, %eax
	syscall
	pushq %rdx
	cmpq $-4095, %rax
	jae 1f
	ret
1:
	negl %eax
	movl %eax, errno(%rip)
	orq $-1, %rax
	ret
.size vfork, . - vfork
