# exit and _exit, i386. exit is a function that is called and keeps a frame, as in a libc: its return
# address and its caller's frame pointer go onto the stack that a vfork child shares with its parent.

.equ NR_exit_group, 252

.text
.global exit
.type exit, @function
.p2align 4
exit:
	pushl %ebp
	movl %esp, %ebp
	subl $8, %esp
	pushl 8(%ebp)
	call _exit
.size exit, . - exit

.global _exit
.type _exit, @function
.p2align 4
_exit:
	movl 4(%esp), %ebx
	movl $NR_exit_group, %eax
	int $0x80
	hlt
.size _exit, . - _exit
