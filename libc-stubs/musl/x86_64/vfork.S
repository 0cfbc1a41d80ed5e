# vfork in the style of musl, x86-64.
#
# The return address waits in rdx. Behind the trap both processes push it back and leave through
# __syscall_ret, which turns [-4095, -1] into errno and -1.

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
	movq %rax, %rdi
	jmp __syscall_ret
.size vfork, . - vfork
