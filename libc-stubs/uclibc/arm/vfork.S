@ vfork in the style of uClibc (and uClibc-ng), ARM EABI, ARM state.
@
@ Nothing is on the stack at all: the return address stays in lr, and r7 (callee-saved, but the number
@ of the call has to be in it) is kept in ip. Both are registers of the parent, out of the child's reach.
@ `bx lr` returns to ARM or Thumb callers.
@ Errors: -ENOSYS falls back to fork (kernels without vfork); the rest goes to __syscall_error.

.equ NR_fork, 2
.equ NR_vfork, 190
.equ ENOSYS, 38

.syntax unified
.text
.arm
.global vfork
.type vfork, %function
.p2align 2
vfork:
	mov ip, r7
	mov r7, #NR_vfork
	svc #0
	mov r7, ip
	cmn r0, #4096
	bxcc lr
	cmn r0, #ENOSYS
	bne __syscall_error
	mov ip, r7
	mov r7, #NR_fork
	svc #0
	mov r7, ip
	cmn r0, #4096
	bxcc lr
	b __syscall_error
.size vfork, . - vfork
