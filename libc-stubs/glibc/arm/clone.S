@ clone(fn, stack, flags, arg, ptid, tls, ctid) in the style of glibc, ARM EABI, ARM state.
@
@ The child has a stack of its own; fn and arg are laid onto it, and the child loads them there. r4 and r7 are
@ saved on the caller's stack. fn may be ARM or Thumb code: it is entered with a `bx`.
@ Errors: no fn or no stack is EINVAL without asking the kernel; r0 in [-4095, -1] goes to __syscall_error.

.equ NR_clone, 120
.equ NR_exit, 1
.equ EINVAL, 22

.syntax unified
.text
.arm
.global clone
.type clone, %function
.p2align 2
clone:
	cmp r0, #0
	cmpne r1, #0
	mvneq r0, #EINVAL - 1		@ -EINVAL
	beq __syscall_error
	bic r1, r1, #7
	str r3, [r1, #-4]!		@ arg
	str r0, [r1, #-4]!		@ fn
	push {r4, r7}
	mov r0, r2
	ldr r2, [sp, #8]		@ ptid
	ldr r3, [sp, #12]		@ tls
	ldr r4, [sp, #16]		@ ctid
	mov r7, #NR_clone
	svc #0
	cmp r0, #0
	beq .Lchild
	pop {r4, r7}
	blt __syscall_error
	bx lr
.Lchild:
	mov fp, #0
	ldr r0, [sp, #4]
	ldr ip, [sp], #8
	mov lr, pc
	bx ip
	mov r7, #NR_exit
	svc #0
	udf #0
.size clone, . - clone
