# The smallest whole vfork, i386: the child says so and leaves by _exit, the parent waits for it, says so
# and returns from main. Nothing here is wrong: the child calls only below the frame of its caller.

.equ NR_wait4, 114

.section .rodata
.Lchild:
	.string "child: vfork returned %d\n"
.Lstatus:
	.string "parent: wait status %d\n"

.text
.global main
.type main, @function
main:
	pushl %ebp
	movl %esp, %ebp
	pushl %ebx
	subl $20, %esp
	call vfork
	testl %eax, %eax
	jne .Lparent
	movl %eax, 4(%esp)
	movl $.Lchild, (%esp)
	call print
	movl $0, (%esp)
	call _exit
.Lparent:
	movl %eax, %ebx
	leal -8(%ebp), %ecx		# &status
	xorl %edx, %edx
	xorl %esi, %esi
	movl $NR_wait4, %eax
	int $0x80
	movl -8(%ebp), %eax
	movl %eax, 4(%esp)
	movl $.Lstatus, (%esp)
	call print
	xorl %eax, %eax
	movl -4(%ebp), %ebx
	leave
	ret
.size main, . - main
