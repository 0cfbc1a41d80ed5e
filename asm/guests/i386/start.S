# The entry point of every i386 guest: calls main(argc, argv), then exit with its result.

.text
.global _start
.type _start, @function
.p2align 4
_start:
	xorl %ebp, %ebp
	movl %esp, %eax
	andl $-16, %esp
	subl $8, %esp
	leal 4(%eax), %ecx
	pushl %ecx
	pushl (%eax)
	call main
	movl %eax, (%esp)
	call exit
	hlt
.size _start, . - _start
