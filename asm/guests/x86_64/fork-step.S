# The smallest whole fork, x86-64: the child leaves by _exit(3), the parent waits for it and shows the status.

.equ NR_wait4, 61

.section .rodata
.Lchild:
	.string "child: fork returned %d\n"
.Lparent_line:
	.string "parent: exit status %d\n"

.text
.global main
.type main, @function
main:
	pushq %rbp
	movq %rsp, %rbp
	subq $16, %rsp
	call fork
	testl %eax, %eax
	jne .Lparent
	movl %eax, %esi
	movl $.Lchild, %edi
	call print
	movl $3, %edi
	call _exit
.Lparent:
	movl %eax, %edi
	leaq -4(%rbp), %rsi		# &status
	xorl %edx, %edx
	xorl %r10d, %r10d
	movl $NR_wait4, %eax
	syscall
	movzbl -3(%rbp), %esi
	movl $.Lparent_line, %edi
	call print
	xorl %eax, %eax
	leave
	ret
.size main, . - main
