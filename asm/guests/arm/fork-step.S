@ The smallest whole fork, ARM: the child leaves by _exit(3), the parent waits for it and shows the status.

.equ NR_wait4, 114

.section .rodata
.Lchild:
	.string "child: fork returned %d\n"
.Lparent_line:
	.string "parent: exit status %d\n"

.syntax unified
.text
.arm
.p2align 2
.global main
.type main, %function
main:
	push {r4, r7, fp, lr}
	sub sp, sp, #8
	bl fork
	cmp r0, #0
	bne .Lparent
	mov r1, r0
	ldr r0, .Lchild_address
	bl print
	mov r0, #3
	bl _exit
.Lparent:
	mov r1, sp			@ &status
	mov r2, #0
	mov r3, #0
	mov r7, #NR_wait4
	svc #0
	ldrb r1, [sp, #1]
	ldr r0, .Lparent_address
	bl print
	mov r0, #0
	add sp, sp, #8
	pop {r4, r7, fp, pc}
.p2align 2
.Lchild_address:
	.word .Lchild
.Lparent_address:
	.word .Lparent_line
.size main, . - main
