@ vfork in the style of glibc since 2.25, ARM EABI, ARM state.
@
@ The return address stays in lr. The general system call sequence of this libc saves r7 on the stack, for
@ the unwinder; but the stack is shared and the child may overwrite that word, so r7 is kept in ip too
@ and taken from there. `bx lr` returns to ARM or Thumb callers.
@ Errors: r0 in [-4095, -1] goes to __syscall_error.

.equ NR_vfork, 190

.syntax unified
.text
.arm
.global vfork
.type vfork, %function
.p2align 2
vfork:
	.cfi_startproc
	mov ip, r7
	push {r7}
	mov r7, #NR_vfork
	svc #0
	pop {r7}
	mov r7, ip
	cmn r0, #4096
	bxcc lr
	b __syscall_error
	.cfi_endproc
.size vfork, . - vfork
