@ What a stub must not do, ARM: r7 and the return address wait on the stack that the child goes on using. The
@ parent pops what the child's last calls at this depth left there.

.equ NR_vfork, 190

.syntax unified
.text
.arm
.p2align 2
.global vfork
.type vfork, %function
vfork:
	push {r7, lr}
	mov r7, #NR_vfork
	svc #0
	pop {r7, pc}
.size vfork, . - vfork
