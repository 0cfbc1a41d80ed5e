@ "child proc printed twice", ARM, as gcc lays it out without optimization (the source is in ../i386).
@
@ bl pushes nothing: createproc saves main's frame pointer and lr in the two words below main's sp, and
@ exit, called last from the same depth, saves its own over them: the address behind `bl exit`, the first
@ instruction of createproc. The parent's pop takes it as pc. That second createproc saves as its return
@ address what lr still holds, the instruction behind its own `bl vfork`: its child prints, returns there
@ with 0, prints again, returns from what is main's frame now into _start and exits. The parent follows
@ to where the last child's calls left their addresses: behind `bl print`, then behind _start's `bl exit`.
@ On Linux: "child proc:0", "0", "child proc:0", "child proc:0", and the process dies by SIGILL.

.section .rodata
.Lpid_line:
	.string "%d\n"
.Lchild_line:
	.string "child proc:%d\n"

.syntax unified
.text
.arm
.p2align 2
.global main
.type main, %function
main:
	push {fp, lr}
	add fp, sp, #4
	sub sp, sp, #8
	bl createproc
	str r0, [fp, #-8]
	ldr r1, [fp, #-8]
	ldr r0, .Lpid_line_address
	bl print
	mov r0, #0
	bl exit
.size main, . - main

.global createproc
.type createproc, %function
createproc:
	push {fp, lr}
	add fp, sp, #4
	sub sp, sp, #8
	bl vfork
	str r0, [fp, #-8]
	ldr r3, [fp, #-8]
	cmp r3, #0
	bne .Lparent
	ldr r1, [fp, #-8]
	ldr r0, .Lchild_line_address
	bl print
	ldr r3, [fp, #-8]
	b .Lreturn
.Lparent:
	mvn r3, #0
.Lreturn:
	mov r0, r3
	sub sp, fp, #4
	pop {fp, pc}
.p2align 2
.Lpid_line_address:
	.word .Lpid_line
.Lchild_line_address:
	.word .Lchild_line
.size createproc, . - createproc
