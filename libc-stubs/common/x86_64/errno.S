# What the stubs call when the kernel says no, x86-64: errno is one plain word, as in a libc without threads.

.text
.global __syscall_error
.type __syscall_error, @function
# uClibc, glibc: jumped to with the negative error in eax and the caller's return address on the stack.
__syscall_error:
	negl %eax
	movl %eax, errno(%rip)
	movq $-1, %rax
	ret
.size __syscall_error, . - __syscall_error

.global __syscall_ret
.type __syscall_ret, @function
# musl: long __syscall_ret(unsigned long r), its argument in rdi.
__syscall_ret:
	movq %rdi, %rax
	cmpq $-4095, %rax
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
