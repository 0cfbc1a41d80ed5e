@ Benchmark, ARM: `getpid-loop N` makes N getpid calls and nothing else. N is 1000 when not given.

.equ NR_getpid, 20

.syntax unified
.text
.arm
.p2align 2
.global main
.type main, %function
main:
	push {r4, r7, fp, lr}
	mov r4, #1000
	cmp r0, #2
	blo .Lloop
	ldr r0, [r1, #4]
	bl atoi
	mov r4, r0
.Lloop:
	mov r7, #NR_getpid
	svc #0
	subs r4, r4, #1
	bne .Lloop
	mov r0, #0
	pop {r4, r7, fp, pc}
.size main, . - main
