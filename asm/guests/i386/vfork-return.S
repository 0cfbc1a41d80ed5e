# Where does the parent come back? i386. The child calls print and _exit from the depth at which vfork was
# called, so their return addresses go into the word where vfork's was.

.equ NR_wait4, 114

.section .rodata
.Lchild:
	.string "child: %d\n"
.Lhere:
	.string "parent: back behind vfork, child's status %d\n"
.Lelsewhere:
	.string "parent: back behind the child's last call, %d\n"

.text
.global main
.type main, @function
main:
	pushl %ebp
	movl %esp, %ebp
	pushl %ebx
	pushl %esi
	subl $16, %esp
	call vfork
	testl %eax, %eax
	jne .Lparent
	movl %eax, 4(%esp)
	movl $.Lchild, (%esp)
	call print
	movl $7, (%esp)
	call _exit
	movl $1, 4(%esp)
	movl $.Lelsewhere, (%esp)
	call print
	movl $1, (%esp)
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
	movl $.Lhere, (%esp)
	call print
	xorl %eax, %eax
	addl $16, %esp
	popl %esi
	popl %ebx
	popl %ebp
	ret
.size main, . - main
