@ clone with a function, an argument and a stack of the child's own, ARM: private memory, exit signal SIGCHLD.
@ The function is Thumb code; its result becomes the child's exit status.

.equ NR_wait4, 114
.equ SIGCHLD, 17

.section .rodata
.Lchild_line:
	.string "child: argument %d\n"
.Lparent_line:
	.string "parent: exit status %d\n"

.syntax unified
.text
.thumb
.p2align 2
.thumb_func
.type child, %function
child:
	push {r4, lr}
	mov r1, r0
	ldr r0, .Lchild_address
	ldr r3, .Lprint
	blx r3
	movs r0, #9
	pop {r4, pc}
.p2align 2
.Lchild_address:
	.word .Lchild_line
.Lprint:
	.word print
.size child, . - child

.arm
.p2align 2
.global main
.type main, %function
main:
	push {r4, r7, fp, lr}
	sub sp, sp, #16
	mov r0, #0
	str r0, [sp]			@ ptid
	str r0, [sp, #4]		@ tls
	str r0, [sp, #8]		@ ctid
	ldr r0, .Lchild
	ldr r1, .Lchild_stack
	mov r2, #SIGCHLD
	mov r3, #42
	bl clone
	mov r1, sp			@ &status
	mov r2, #0
	mov r3, #0
	mov r7, #NR_wait4
	svc #0
	ldrb r1, [sp, #1]
	ldr r0, .Lparent_address
	bl print
	mov r0, #0
	add sp, sp, #16
	pop {r4, r7, fp, pc}
.p2align 2
.Lchild:
	.word child
.Lchild_stack:
	.word child_stack_end
.Lparent_address:
	.word .Lparent_line
.size main, . - main

.bss
.p2align 4
	.space 4096
child_stack_end:
	.space 16
