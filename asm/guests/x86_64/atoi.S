# atoi(text), x86-64: an unsigned decimal number; stops at the first byte that is no digit.

.text
.global atoi
.type atoi, @function
.p2align 4
atoi:
	xorl %eax, %eax
.Ldigit:
	movzbl (%rdi), %ecx
	subl $0x30, %ecx
	cmpl $9, %ecx
	ja .Lend
	leal (%rax,%rax,4), %eax
	addl %eax, %eax
	addl %ecx, %eax
	incq %rdi
	jmp .Ldigit
.Lend:
	ret
.size atoi, . - atoi
