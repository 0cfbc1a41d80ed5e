@ vfork in the style of dietlibc, ARM EABI, ARM state: an alias of fork. The memory is a copy, so the
@ registers may be saved on the stack, and a child that breaks vfork's rules goes unnoticed.
@
@ The one system call sequence that all calls share takes the number in r7; an r0 in [-4095, -1] is an
@ error: errno is stored and -1 returned.

.equ NR_fork, 2

.syntax unified
.text
.arm
.global fork
.type fork, %function
.global vfork
.type vfork, %function
.p2align 2
fork:
vfork:
	push {r4, r5, r7, lr}
	mov r7, #NR_fork
	b __unified_syscall
.size fork, . - fork
.size vfork, . - vfork

.type __unified_syscall, %function
__unified_syscall:
	svc #0
	cmn r0, #4096
	bcc .Lreturn
	rsb r1, r0, #0
	ldr r2, .Lerrno
	str r1, [r2]
	mvn r0, #0
.Lreturn:
	pop {r4, r5, r7, lr}
	bx lr
.p2align 2
.Lerrno:
	.word errno
.size __unified_syscall, . - __unified_syscall
