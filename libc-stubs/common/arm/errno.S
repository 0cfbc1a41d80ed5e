@ What the stubs call when the kernel says no, ARM: errno is one plain word, as in a libc without threads.

.syntax unified
.text
.arm
.p2align 2
.global __syscall_ret
.type __syscall_ret, %function
@ musl: long __syscall_ret(unsigned long r), its argument in r0.
__syscall_ret:
	cmn r0, #4096
	bxcc lr
	b __syscall_error
.size __syscall_ret, . - __syscall_ret

.global __syscall_error
.type __syscall_error, %function
@ uClibc, glibc: branched to with the negative error in r0 and the caller's return address in lr.
__syscall_error:
	rsb r0, r0, #0
	ldr r1, .Lerrno
	str r0, [r1]
	mvn r0, #0
	bx lr
.p2align 2
.Lerrno:
	.word errno
.size __syscall_error, . - __syscall_error

.bss
.p2align 2
.global errno
.type errno, %object
errno:
	.space 4
.size errno, 4
