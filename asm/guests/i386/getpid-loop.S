# Benchmark, i386: `getpid-loop N` makes N getpid calls and nothing else. N is 1000 when not given.

.equ NR_getpid, 20

.text
.global main
.type main, @function
main:
	pushl %ebx
	movl $1000, %ebx
	cmpl $2, 8(%esp)
	jb .Lloop
	movl 12(%esp), %eax
	pushl 4(%eax)
	call atoi
	addl $4, %esp
	movl %eax, %ebx
.Lloop:
	movl $NR_getpid, %eax
	int $0x80
	decl %ebx
	jne .Lloop
	xorl %eax, %eax
	popl %ebx
	ret
.size main, . - main
