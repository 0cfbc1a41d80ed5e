# What the stubs call when the kernel says no, i386: errno is one plain word, as in a libc without threads.

.text
.global __syscall_error
.type __syscall_error, @function
# uClibc, glibc: jumped to with the negative error in eax and the caller's return address on the stack.
__syscall_error:
	negl %eax
	movl %eax, errno
	movl $-1, %eax
	ret
.size __syscall_error, . - __syscall_error

.global __syscall_ret
.type __syscall_ret, @function
# musl: long __syscall_ret(unsigned long r), a function with its argument on the stack.
__syscall_ret:
	movl 4(%esp), %eax
	cmpl $-4095, %eax
	jae __syscall_error
	ret
.size __syscall_ret, . - __syscall_ret

.bss
.p2align 2
.global errno
.type errno, @object
errno:
	.space 4
.size errno, 4
