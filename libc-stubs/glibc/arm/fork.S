@ fork in the style of glibc, ARM EABI, ARM state: clone with CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID,
@ so that the child's thread block holds its own thread id from its first instruction on.
@
@ The stack is copied, so registers may be saved there. Needs a thread pointer behind a thread block.
@ Errors: r0 in [-4095, -1] goes to __syscall_error.

.equ NR_clone, 120

.syntax unified
.text
.arm
.global fork
.type fork, %function
.p2align 2
fork:
	push {r4, r7}
	mrc p15, 0, r4, c13, c0, 3
	sub r4, r4, #0x58			@ the thread id is 0x458 bytes below
	sub r4, r4, #0x400
	ldr r0, .Lflags
	mov r1, #0
	mov r2, #0
	mov r3, #0
	mov r7, #NR_clone
	svc #0
	pop {r4, r7}
	cmn r0, #4096
	bxcc lr
	b __syscall_error
.p2align 2
.Lflags:
	.word 0x01200011		@ CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD
.size fork, . - fork
