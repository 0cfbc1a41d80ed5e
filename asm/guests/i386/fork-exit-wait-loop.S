# Benchmark, i386: `fork-exit-wait-loop N` does N times: fork, _exit(0) in the child, wait4 in the parent.
# N is 1000 when not given. Exit status 1 when a call fails.

.equ NR_wait4, 114

.text
.global main
.type main, @function
main:
	pushl %ebx
	pushl %esi
	pushl %edi
	movl $1000, %edi
	cmpl $2, 16(%esp)
	jb .Lloop
	movl 20(%esp), %eax
	pushl 4(%eax)
	call atoi
	addl $4, %esp
	movl %eax, %edi
.Lloop:
	call fork
	testl %eax, %eax
	js .Lfailed
	jne .Lparent
	pushl %eax
	call _exit
.Lparent:
	movl %eax, %ebx
	xorl %ecx, %ecx
	xorl %edx, %edx
	xorl %esi, %esi
	movl $NR_wait4, %eax
	int $0x80
	cmpl %ebx, %eax
	jne .Lfailed
	decl %edi
	jne .Lloop
	xorl %eax, %eax
	jmp .Lreturn
.Lfailed:
	movl $1, %eax
.Lreturn:
	popl %edi
	popl %esi
	popl %ebx
	ret
.size main, . - main
