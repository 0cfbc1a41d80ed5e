@ fork in the style of musl, ARM EABI, ARM state: all signals are blocked around the call, so that no handler
@ runs in a child that is not complete yet; both processes restore the mask from their own copy of the stack.
@
@ Errors: __syscall_ret turns [-4095, -1] into errno and -1.

.equ NR_fork, 2
.equ NR_rt_sigprocmask, 175
.equ SIG_BLOCK, 0
.equ SIG_SETMASK, 2

.syntax unified
.text
.arm
.global fork
.type fork, %function
.p2align 2
fork:
	push {r4, r7}
	sub sp, sp, #8			@ the old mask
	mov r0, #SIG_BLOCK
	ldr r1, .Lall_address
	mov r2, sp
	mov r3, #8
	mov r7, #NR_rt_sigprocmask
	svc #0
	mov r7, #NR_fork
	svc #0
	mov r4, r0
	mov r0, #SIG_SETMASK
	mov r1, sp
	mov r2, #0
	mov r3, #8
	mov r7, #NR_rt_sigprocmask
	svc #0
	mov r0, r4
	add sp, sp, #8
	pop {r4, r7}
	b __syscall_ret
.p2align 2
.Lall_address:
	.word .Lall
.size fork, . - fork

.section .rodata
.p2align 3
.Lall:
	.word -1, -1
