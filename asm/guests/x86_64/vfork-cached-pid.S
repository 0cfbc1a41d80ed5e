# What old glibc does to the cached pid, x86-64: the child of a vfork sees it negated, the parent gets it
# back. A vfork with nothing cached shows 0x80000000 in the child.

.equ NR_wait4, 61
.equ PID, 0x2d4

.section .rodata
.Lchild:
	.string "child: cached pid %d\n"
.Lparent_line:
	.string "parent: cached pid %d\n"

.text
.type once, @function
once:
	subq $8, %rsp
	call vfork
	testl %eax, %eax
	jne .Lparent
	movl %fs:PID, %esi
	movl $.Lchild, %edi
	call print
	movl $0, %edi
	call _exit
.Lparent:
	movl %eax, %edi
	xorl %esi, %esi
	xorl %edx, %edx
	xorl %r10d, %r10d
	movl $NR_wait4, %eax
	syscall
	movl %fs:PID, %esi
	movl $.Lparent_line, %edi
	call print
	addq $8, %rsp
	ret
.size once, . - once

.global main
.type main, @function
main:
	subq $8, %rsp
	movl $1234, %fs:PID
	call once
	movl $0, %fs:PID
	call once
	xorl %eax, %eax
	addq $8, %rsp
	ret
.size main, . - main
