# What old glibc does to the cached pid, i386: the child of a vfork sees it negated, the parent gets it back.
# A vfork with nothing cached shows 0x80000000 in the child.

.equ NR_wait4, 114
.equ PID, 0x6c

.section .rodata
.Lchild:
	.string "child: cached pid %d\n"
.Lparent_line:
	.string "parent: cached pid %d\n"

.text
.type once, @function
once:
	pushl %ebp
	movl %esp, %ebp
	pushl %ebx
	pushl %esi
	subl $16, %esp
	call vfork
	testl %eax, %eax
	jne .Lparent
	movl %gs:PID, %eax
	movl %eax, 4(%esp)
	movl $.Lchild, (%esp)
	call print
	movl $0, (%esp)
	call _exit
.Lparent:
	movl %eax, %ebx
	xorl %ecx, %ecx
	xorl %edx, %edx
	xorl %esi, %esi
	movl $NR_wait4, %eax
	int $0x80
	movl %gs:PID, %eax
	movl %eax, 4(%esp)
	movl $.Lparent_line, (%esp)
	call print
	addl $16, %esp
	popl %esi
	popl %ebx
	popl %ebp
	ret
.size once, . - once

.global main
.type main, @function
main:
	subl $12, %esp
	movl $1234, %gs:PID
	call once
	movl $0, %gs:PID
	call once
	xorl %eax, %eax
	addl $12, %esp
	ret
.size main, . - main
