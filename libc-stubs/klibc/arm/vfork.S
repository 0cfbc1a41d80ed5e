@ vfork in the style of klibc, ARM EABI, ARM state.
@
@ The return address stays in lr, r7 is kept in r3 (a register that a call may destroy, but the trap does
@ not): nothing is on the stack. errno is a plain word and is stored by the stub itself.

.equ NR_vfork, 190

.syntax unified
.text
.arm
.global vfork
.type vfork, %function
.p2align 2
vfork:
	mov r3, r7
	mov r7, #NR_vfork
	svc #0
	mov r7, r3
	cmn r0, #4096
	ldrcs r3, .Lerrno
	rsbcs r2, r0, #0
	mvncs r0, #0
	strcs r2, [r3]
	bx lr
.p2align 2
.Lerrno:
	.word errno
.size vfork, . - vfork
