@ exit and _exit, ARM. exit is a function that is called and keeps a frame, as in a libc: lr and its
@ caller's frame pointer go onto the stack that a vfork child shares with its parent.

.equ NR_exit_group, 248

.syntax unified
.text
.arm
.p2align 2
.global exit
.type exit, %function
exit:
	push {fp, lr}
	add fp, sp, #4
	bl _exit
.size exit, . - exit

.global _exit
.type _exit, %function
_exit:
	mov r7, #NR_exit_group
	svc #0
	udf #0
.size _exit, . - _exit
