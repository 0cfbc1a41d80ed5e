@ Where does the parent come back? ARM. The child calls print and _exit from the depth at which vfork was
@ called: what print saves goes over whatever vfork saved. A parent whose return address was there comes back
@ behind the child's call of print, and leaves by the child's _exit(7).

.equ NR_wait4, 114

.section .rodata
.Lchild:
	.string "child: %d\n"
.Lhere:
	.string "parent: back behind vfork, child's status %d\n"

.syntax unified
.text
.arm
.p2align 2
.global main
.type main, %function
main:
	push {r4, r7, fp, lr}
	add fp, sp, #12
	sub sp, sp, #8
	bl vfork
	cmp r0, #0
	bne .Lparent
	mov r1, r0
	ldr r0, .Lchild_address
	bl print
	mov r0, #7
	bl _exit
.Lparent:
	mov r1, sp			@ &status
	mov r2, #0
	mov r3, #0
	mov r7, #NR_wait4
	svc #0
	ldrb r1, [sp, #1]
	ldr r0, .Lhere_address
	bl print
	mov r0, #0
	sub sp, fp, #12
	pop {r4, r7, fp, pc}
.p2align 2
.Lchild_address:
	.word .Lchild
.Lhere_address:
	.word .Lhere
.size main, . - main
