@ __clone(fn, stack, flags, arg, ptid, tls, ctid) in the style of musl, ARM EABI, ARM state: clone without its
@ last step, it returns the kernel's -errno as it is (musl's clone puts __syscall_ret around it).
@
@ The child has a stack of its own. fn and arg go with it in r5 and r6, which are saved on the caller's stack.
@ fn may be ARM or Thumb code: it is entered with a `bx`.

.equ NR_clone, 120
.equ NR_exit, 1

.syntax unified
.text
.arm
.global __clone
.type __clone, %function
.p2align 2
__clone:
	push {r4, r5, r6, r7}
	mov r7, #NR_clone
	mov r6, r3
	mov r5, r0
	mov r0, r2
	bic r1, r1, #15
	ldr r2, [sp, #16]		@ ptid
	ldr r3, [sp, #20]		@ tls
	ldr r4, [sp, #24]		@ ctid
	svc #0
	cmp r0, #0
	beq .Lchild
	pop {r4, r5, r6, r7}
	bx lr
.Lchild:
	mov r0, r6
	mov lr, pc
	bx r5
	mov r7, #NR_exit
	svc #0
	udf #0
.size __clone, . - __clone
