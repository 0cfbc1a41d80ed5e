# Benchmark, x86-64: `getpid-loop N` makes N getpid calls and nothing else. N is 1000 when not given.

.equ NR_getpid, 39

.text
.global main
.type main, @function
main:
	pushq %rbx
	movl $1000, %ebx
	cmpl $2, %edi
	jb .Lloop
	movq 8(%rsi), %rdi
	call atoi
	movl %eax, %ebx
.Lloop:
	movl $NR_getpid, %eax
	syscall
	decl %ebx
	jne .Lloop
	xorl %eax, %eax
	popq %rbx
	ret
.size main, . - main
