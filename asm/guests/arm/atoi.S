@ atoi(text), ARM: an unsigned decimal number; stops at the first byte that is no digit.

.syntax unified
.text
.arm
.p2align 2
.global atoi
.type atoi, %function
atoi:
	mov r1, r0
	mov r0, #0
.Ldigit:
	ldrb r2, [r1], #1
	sub r2, r2, #0x30
	cmp r2, #9
	bxhi lr
	add r0, r0, r0, lsl #2
	add r0, r2, r0, lsl #1
	b .Ldigit
.size atoi, . - atoi
