@ print(format, number), ARM: writes format to descriptor 1 in one write, with the number in decimal in
@ place of its `%d`. What the guests have of a printf. Division is by subtraction: ARMv5 has no other.

.equ NR_write, 4
.equ BUFFER, 64

.syntax unified
.text
.arm
.p2align 2
.global print
.type print, %function
print:
	push {r4, r5, r6, r7, fp, lr}
	add fp, sp, #20
	sub sp, sp, #BUFFER
	mov r2, sp			@ where the next byte goes
.Lcopy:
	ldrb r3, [r0], #1
	cmp r3, #0
	beq .Lwrite
	cmp r3, #0x25			@ '%'
	beq .Lnumber
	strb r3, [r2], #1
	b .Lcopy
.Lnumber:
	add r0, r0, #1			@ the 'd'
	cmp r1, #0
	bge .Ldigits
	mov r3, #0x2d			@ '-'
	strb r3, [r2], #1
	rsb r1, r1, #0
.Ldigits:
	adr r4, .Lpowers
	mov r6, #0			@ a digit has been written
.Lpower:
	ldr r5, [r4], #4
	mov r3, #0x30
.Lsubtract:
	cmp r1, r5
	subhs r1, r1, r5
	addhs r3, r3, #1
	bhs .Lsubtract
	cmp r3, #0x30
	movne r6, #1
	cmp r5, #1
	moveq r6, #1
	cmp r6, #0
	strbne r3, [r2], #1
	cmp r5, #1
	bne .Lpower
	b .Lcopy
.Lwrite:
	mov r1, sp
	sub r2, r2, sp
	mov r0, #1
	mov r7, #NR_write
	svc #0
	sub sp, fp, #20
	pop {r4, r5, r6, r7, fp, pc}
.Lpowers:
	.word 1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1
.size print, . - print
