@ vfork in the style of glibc 2.24 and before, ARM EABI, ARM state: as later versions, and the pid cached in
@ the thread block is negated around the trap, so that a child that asks for its pid does not get its
@ parent's.
@
@ The return address stays in lr, r7 in ip, the cached pid in r3 and the thread pointer in r2. 0 (not
@ cached) becomes 0x80000000. The child never undoes it: it shares the thread block.
@ Errors: r0 in [-4095, -1] goes to __syscall_error. Needs a thread pointer behind a thread block.

.equ NR_vfork, 190
.equ PID, -0x454

.syntax unified
.text
.arm
.global vfork
.type vfork, %function
.p2align 2
vfork:
	mrc p15, 0, r2, c13, c0, 3
	ldr r3, [r2, #PID]
	rsbs r0, r3, #0
	moveq r0, #0x80000000
	str r0, [r2, #PID]
	mov ip, r7
	push {r7}
	mov r7, #NR_vfork
	svc #0
	pop {r7}
	mov r7, ip
	cmp r0, #0
	strne r3, [r2, #PID]
	cmn r0, #4096
	bxcc lr
	b __syscall_error
.size vfork, . - vfork
