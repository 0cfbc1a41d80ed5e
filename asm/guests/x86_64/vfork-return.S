# Where does the parent come back? x86-64. The child calls print and _exit from the depth at which vfork was
# called, so their return addresses go into the word where vfork's was.

.equ NR_wait4, 61

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
	pushq %rbp
	movq %rsp, %rbp
	subq $16, %rsp
	call vfork
	testl %eax, %eax
	jne .Lparent
	movl %eax, %esi
	movl $.Lchild, %edi
	call print
	movl $7, %edi
	call _exit
	movl $1, %esi
	movl $.Lelsewhere, %edi
	call print
	movl $1, %edi
	call _exit
.Lparent:
	movl %eax, %edi
	leaq -4(%rbp), %rsi		# &status
	xorl %edx, %edx
	xorl %r10d, %r10d
	movl $NR_wait4, %eax
	syscall
	movzbl -3(%rbp), %esi
	movl $.Lhere, %edi
	call print
	xorl %eax, %eax
	leave
	ret
.size main, . - main
