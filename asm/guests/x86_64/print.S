# print(format, number), x86-64: writes format to descriptor 1 in one write, with the number in decimal in
# place of its `%d`. What the guests have of a printf. As in a libc's printf, an aligned SSE store relies
# on the ABI's promise that rsp is a multiple of 16 at every call; where it is not, #GP is a SIGSEGV.

.equ NR_write, 1
.equ BUFFER, 64

.text
.global print
.type print, @function
.p2align 4
print:
	pushq %rbp
	movq %rsp, %rbp
	subq $BUFFER, %rsp
	pxor %xmm0, %xmm0
	movaps %xmm0, (%rsp)
	movq %rsp, %r8
.Lcopy:
	movzbl (%rdi), %eax
	incq %rdi
	testl %eax, %eax
	je .Lwrite
	cmpl $0x25, %eax		# '%'
	je .Lnumber
	movb %al, (%r8)
	incq %r8
	jmp .Lcopy
.Lnumber:
	incq %rdi			# the 'd'
	movl %esi, %eax
	testl %eax, %eax
	jns .Ldigits
	movb $0x2d, (%r8)		# '-'
	incq %r8
	negl %eax
.Ldigits:
	xorl %ecx, %ecx
	movl $10, %r9d
.Ldivide:
	xorl %edx, %edx
	divl %r9d
	addl $0x30, %edx
	pushq %rdx
	incl %ecx
	testl %eax, %eax
	jne .Ldivide
.Lstore:
	popq %rax
	movb %al, (%r8)
	incq %r8
	decl %ecx
	jne .Lstore
	jmp .Lcopy
.Lwrite:
	movq %rsp, %rsi
	movq %r8, %rdx
	subq %rsi, %rdx
	movl $1, %edi
	movl $NR_write, %eax
	syscall
	leave
	ret
.size print, . - print
