# atoi(text), i386: an unsigned decimal number; stops at the first byte that is no digit.

.text
.global atoi
.type atoi, @function
.p2align 4
atoi:
	movl 4(%esp), %edx
	xorl %eax, %eax
.Ldigit:
	movzbl (%edx), %ecx
	subl $0x30, %ecx
	cmpl $9, %ecx
	ja .Lend
	leal (%eax,%eax,4), %eax
	addl %eax, %eax
	addl %ecx, %eax
	incl %edx
	jmp .Ldigit
.Lend:
	ret
.size atoi, . - atoi
