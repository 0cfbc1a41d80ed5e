@ vfork in the style of musl, ARM EABI, ARM state.
@
@ The return address stays in lr, r7 is kept in ip: nothing is on the stack. Both processes leave through
@ __syscall_ret, which turns [-4095, -1] into errno and -1 and returns with `bx lr`.

.equ NR_vfork, 190

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
	b __syscall_ret
.size vfork, . - vfork
