# print(format, number), i386: writes format to descriptor 1 in one write, with the number in decimal in
# place of its `%d`. What the guests have of a printf.

.equ NR_write, 4
.equ BUFFER, 64

.text
.global print
.type print, @function
.p2align 4
print:
	pushl %ebp
	movl %esp, %ebp
	pushl %ebx
	pushl %esi
	pushl %edi
	subl $BUFFER, %esp
	movl 8(%ebp), %esi
	movl %esp, %edi
.Lcopy:
	movzbl (%esi), %eax
	incl %esi
	testl %eax, %eax
	je .Lwrite
	cmpl $0x25, %eax		# '%'
	je .Lnumber
	movb %al, (%edi)
	incl %edi
	jmp .Lcopy
.Lnumber:
	incl %esi			# the 'd'
	movl 12(%ebp), %eax
	testl %eax, %eax
	jns .Ldigits
	movb $0x2d, (%edi)		# '-'
	incl %edi
	negl %eax
.Ldigits:
	xorl %ecx, %ecx
	movl $10, %ebx
.Ldivide:
	xorl %edx, %edx
	divl %ebx
	addl $0x30, %edx
	pushl %edx
	incl %ecx
	testl %eax, %eax
	jne .Ldivide
.Lstore:
	popl %eax
	movb %al, (%edi)
	incl %edi
	decl %ecx
	jne .Lstore
	jmp .Lcopy
.Lwrite:
	movl %esp, %ecx
	movl %edi, %edx
	subl %ecx, %edx
	movl $1, %ebx
	movl $NR_write, %eax
	int $0x80
	addl $BUFFER, %esp
	popl %edi
	popl %esi
	popl %ebx
	popl %ebp
	ret
.size print, . - print
