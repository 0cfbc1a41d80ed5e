@ The smallest whole vfork, ARM: the child says so and leaves by _exit, the parent waits for it, says so
@ and returns from main. Nothing here is wrong: the child calls only below the frame of its caller.

.equ NR_wait4, 114

.section .rodata
.Lchild:
	.string "child: vfork returned %d\n"
.Lstatus:
	.string "parent: wait status %d\n"

.syntax unified
.text
.arm
.p2align 2
.global main
.type main, %function
main:
	push {r7, fp, lr}
	add fp, sp, #8
	sub sp, sp, #12
	bl vfork
	cmp r0, #0
	bne .Lparent
	mov r1, r0
	ldr r0, .Lchild_address
	bl print
	mov r0, #0
	bl _exit
.Lparent:
	mov r1, sp			@ &status
	mov r2, #0
	mov r3, #0
	mov r7, #NR_wait4
	svc #0
	ldr r1, [sp]
	ldr r0, .Lstatus_address
	bl print
	mov r0, #0
	sub sp, fp, #8
	pop {r7, fp, pc}
.p2align 2
.Lchild_address:
	.word .Lchild
.Lstatus_address:
	.word .Lstatus
.size main, . - main
