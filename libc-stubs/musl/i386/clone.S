# __clone(fn, stack, flags, arg, ptid, tls, ctid) in the style of musl, i386: clone without its last step,
# it returns the kernel's -errno as it is (musl's clone puts __syscall_ret around it).
#
# The child has a stack of its own. fn goes with it in ebp, arg is laid onto the new stack. With a tls, the
# user_desc that i386 wants in its place is built on the new stack, with the entry that gs names now.

.equ NR_clone, 120
.equ NR_exit, 1

.text
.global __clone
.type __clone, @function
.p2align 4
__clone:
	pushl %ebp
	movl %esp, %ebp
	pushl %ebx
	pushl %esi
	pushl %edi
	movl 12(%ebp), %ecx
	andl $-16, %ecx
	subl $16, %ecx
	movl %ecx, %edi
	movl 20(%ebp), %eax
	movl %eax, (%edi)		# arg
	subl $16, %edi			# struct user_desc
	xorl %eax, %eax
	movw %gs, %ax
	shrl $3, %eax
	movl %eax, (%edi)
	movl 28(%ebp), %eax
	movl %eax, 4(%edi)
	movl $0xfffff, 8(%edi)
	movl $0x51, 12(%edi)		# 32 bits, limit in pages, useable
	movl %edi, %esi
	movl 16(%ebp), %ebx		# flags
	movl 24(%ebp), %edx		# ptid
	movl 32(%ebp), %edi		# ctid
	movl 8(%ebp), %ebp		# fn
	movl $NR_clone, %eax
	int $0x80
	testl %eax, %eax
	jne .Lparent
	movl %ebp, %eax
	xorl %ebp, %ebp
	call *%eax
	movl %eax, %ebx
	movl $NR_exit, %eax
	int $0x80
	hlt
.Lparent:
	popl %edi
	popl %esi
	popl %ebx
	popl %ebp
	ret
.size __clone, . - __clone
