# Benchmark, x86-64: `vfork-exit-wait-loop N` does N times: vfork, _exit(0) in the child, wait4 in the parent.
# N is 1000 when not given. Exit status 1 when a call fails.

.equ NR_wait4, 61

.text
.global main
.type main, @function
main:
	pushq %rbx
	pushq %r12
	pushq %r12
	movl $1000, %ebx
	cmpl $2, %edi
	jb .Lloop
	movq 8(%rsi), %rdi
	call atoi
	movl %eax, %ebx
.Lloop:
	call vfork
	testl %eax, %eax
	js .Lfailed
	jne .Lparent
	xorl %edi, %edi
	call _exit
.Lparent:
	movl %eax, %r12d
	movl %eax, %edi
	xorl %esi, %esi
	xorl %edx, %edx
	xorl %r10d, %r10d
	movl $NR_wait4, %eax
	syscall
	cmpl %r12d, %eax
	jne .Lfailed
	decl %ebx
	jne .Lloop
	xorl %eax, %eax
	jmp .Lreturn
.Lfailed:
	movl $1, %eax
.Lreturn:
	popq %r12
	popq %r12
	popq %rbx
	ret
.size main, . - main
