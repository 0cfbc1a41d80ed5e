# "child proc printed twice", i386, as gcc 12 lays it out without optimization (the source is in
# child-printed-twice.S).
#
# Here arguments are pushed, below eight bytes of padding: what the child's calls push ends below the slot
# of createproc's return address, which stays whole. The parent's `ret` goes back into main by luck.
# Native Linux prints "child proc:0", "0", "-1" and the exit status is 0: the same mistake, unseen.

.section .rodata
.Lpid_line:
	.string "%d\n"
.Lchild_line:
	.string "child proc:%d\n"

.text
.global main
.type main, @function
main:
	leal 4(%esp), %ecx
	andl $-16, %esp
	pushl -4(%ecx)
	pushl %ebp
	movl %esp, %ebp
	pushl %ecx
	subl $20, %esp
	call createproc
	movl %eax, -12(%ebp)
	subl $8, %esp
	pushl -12(%ebp)
	pushl $.Lpid_line
	call print
	addl $16, %esp
	subl $12, %esp
	pushl $0
	call exit
.size main, . - main

.global createproc
.type createproc, @function
createproc:
	pushl %ebp
	movl %esp, %ebp
	subl $24, %esp
	call vfork
	movl %eax, -12(%ebp)
	cmpl $0, -12(%ebp)
	jne .Lparent
	subl $8, %esp
	pushl -12(%ebp)
	pushl $.Lchild_line
	call print
	addl $16, %esp
	movl -12(%ebp), %eax
	jmp .Lreturn
.Lparent:
	movl $-1, %eax
.Lreturn:
	leave
	ret
.size createproc, . - createproc
