# What a stub must not do, i386: the return address stays on the stack that the child goes on using. The
# parent's `ret` reads what the child's last call at this depth left there.

.equ NR_vfork, 190

.text
.global vfork
.type vfork, @function
.p2align 4
vfork:
	movl $NR_vfork, %eax
	int $0x80
	ret
.size vfork, . - vfork
