# exit and _exit, x86-64. exit is a function that is called and keeps a frame, as in a libc: its return
# address and its caller's frame pointer go onto the stack that a vfork child shares with its parent.

.equ NR_exit_group, 231

.text
.global exit
.type exit, @function
.p2align 4
exit:
	pushq %rbp
	movq %rsp, %rbp
	call _exit
.size exit, . - exit

.global _exit
.type _exit, @function
.p2align 4
_exit:
	movl $NR_exit_group, %eax
	syscall
	hlt
.size _exit, . - _exit
