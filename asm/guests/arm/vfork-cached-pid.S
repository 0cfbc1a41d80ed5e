@ What old glibc does to the cached pid, ARM: the child of a vfork sees it negated, the parent gets it back.
@ A vfork with nothing cached shows 0x80000000 in the child.

.equ NR_wait4, 114
.equ PID, -0x454

.section .rodata
.Lchild:
	.string "child: cached pid %d\n"
.Lparent_line:
	.string "parent: cached pid %d\n"

.syntax unified
.text
.arm
.p2align 2
.type once, %function
once:
	push {r4, r7, fp, lr}
	bl vfork
	mrc p15, 0, r4, c13, c0, 3
	cmp r0, #0
	bne .Lparent
	ldr r1, [r4, #PID]
	ldr r0, .Lchild_address
	bl print
	mov r0, #0
	bl _exit
.Lparent:
	mov r1, #0
	mov r2, #0
	mov r3, #0
	mov r7, #NR_wait4
	svc #0
	ldr r1, [r4, #PID]
	ldr r0, .Lparent_address
	bl print
	pop {r4, r7, fp, pc}
.p2align 2
.Lchild_address:
	.word .Lchild
.Lparent_address:
	.word .Lparent_line
.size once, . - once

.global main
.type main, %function
main:
	push {r4, lr}
	mrc p15, 0, r4, c13, c0, 3
	ldr r0, .Lpid
	str r0, [r4, #PID]
	bl once
	mov r0, #0
	str r0, [r4, #PID]
	bl once
	mov r0, #0
	pop {r4, pc}
.p2align 2
.Lpid:
	.word 1234
.size main, . - main
