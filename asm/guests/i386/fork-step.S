# The smallest whole fork, i386: the child leaves by _exit(3), the parent waits for it and shows the status.

.equ NR_wait4, 114

.section .rodata
.Lchild:
	.string "child: fork returned %d\n"
.Lparent_line:
	.string "parent: exit status %d\n"

.text
.global main
.type main, @function
main:
	pushl %ebp
	movl %esp, %ebp
	pushl %ebx
	pushl %esi
	subl $16, %esp
	call fork
	testl %eax, %eax
	jne .Lparent
	movl %eax, 4(%esp)
	movl $.Lchild, (%esp)
	call print
	movl $3, (%esp)
	call _exit
.Lparent:
	movl %eax, %ebx
	leal 8(%esp), %ecx		# &status
	xorl %edx, %edx
	xorl %esi, %esi
	movl $NR_wait4, %eax
	int $0x80
	movzbl 9(%esp), %eax
	movl %eax, 4(%esp)
	movl $.Lparent_line, (%esp)
	call print
	xorl %eax, %eax
	addl $16, %esp
	popl %esi
	popl %ebx
	popl %ebp
	ret
.size main, . - main
