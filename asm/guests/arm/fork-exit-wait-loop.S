@ Benchmark, ARM: `fork-exit-wait-loop N` does N times: fork, _exit(0) in the child, wait4 in the parent.
@ N is 1000 when not given. Exit status 1 when a call fails.

.equ NR_wait4, 114

.syntax unified
.text
.arm
.p2align 2
.global main
.type main, %function
main:
	push {r4, r5, r7, lr}
	mov r4, #1000
	cmp r0, #2
	blo .Lloop
	ldr r0, [r1, #4]
	bl atoi
	mov r4, r0
.Lloop:
	bl fork
	cmp r0, #0
	blt .Lfailed
	bne .Lparent
	bl _exit
.Lparent:
	mov r5, r0
	mov r1, #0
	mov r2, #0
	mov r3, #0
	mov r7, #NR_wait4
	svc #0
	cmp r0, r5
	bne .Lfailed
	subs r4, r4, #1
	bne .Lloop
	mov r0, #0
	pop {r4, r5, r7, pc}
.Lfailed:
	mov r0, #1
	pop {r4, r5, r7, pc}
.size main, . - main
