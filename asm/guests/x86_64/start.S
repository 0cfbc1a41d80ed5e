# The entry point of every x86-64 guest: calls main(argc, argv), then exit with its result.

.text
.global _start
.type _start, @function
.p2align 4
_start:
	xorl %ebp, %ebp
	movq (%rsp), %rdi
	leaq 8(%rsp), %rsi
	andq $-16, %rsp
	call main
	movl %eax, %edi
	call exit
	hlt
.size _start, . - _start
