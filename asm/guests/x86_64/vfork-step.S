# The smallest whole vfork, x86-64: the child says so and leaves by _exit, the parent waits for it, says so
# and returns from main. Nothing here is wrong: the child calls only below the frame of its caller.

.equ NR_wait4, 61

.section .rodata
.Lchild:
	.string "child: vfork returned %d\n"
.Lstatus:
	.string "parent: wait status %d\n"

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
	movl $0, %edi
	call _exit
.Lparent:
	movl %eax, %edi
	leaq -4(%rbp), %rsi		# &status
	xorl %edx, %edx
	xorl %r10d, %r10d
	movl $NR_wait4, %eax
	syscall
	movl -4(%rbp), %esi
	movl $.Lstatus, %edi
	call print
	xorl %eax, %eax
	leave
	ret
.size main, . - main
