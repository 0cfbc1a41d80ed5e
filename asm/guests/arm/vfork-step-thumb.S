@ vfork-step from Thumb code, ARM: a stub in ARM state has to return with `bx lr`, in both processes.

.equ NR_wait4, 114

.section .rodata
.Lchild:
	.string "child: vfork returned %d\n"
.Lstatus:
	.string "parent: wait status %d\n"

.syntax unified
.text
.thumb
.p2align 2
.global main
.thumb_func
.type main, %function
main:
	push {r4, r7, lr}
	sub sp, sp, #12
	ldr r4, .Lvfork
	blx r4
	cmp r0, #0
	bne .Lparent
	mov r1, r0
	ldr r0, .Lchild_address
	ldr r4, .Lprint
	blx r4
	movs r0, #0
	ldr r4, .Lexit
	blx r4
.Lparent:
	mov r1, sp			@ &status
	movs r2, #0
	movs r3, #0
	movs r7, #NR_wait4
	svc #0
	ldr r1, [sp]
	ldr r0, .Lstatus_address
	ldr r4, .Lprint
	blx r4
	movs r0, #0
	add sp, sp, #12
	pop {r4, r7, pc}
.p2align 2
.Lvfork:
	.word vfork
.Lprint:
	.word print
.Lexit:
	.word _exit
.Lchild_address:
	.word .Lchild
.Lstatus_address:
	.word .Lstatus
.size main, . - main
