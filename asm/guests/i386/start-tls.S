# As start.S, with a thread block in gs before main runs: old glibc's stubs keep the pid there.
# The word at `self` points at the block, as the ABI has it.

.equ NR_set_thread_area, 243
.equ SELF, 8

.text
.global _start
.type _start, @function
.p2align 4
_start:
	xorl %ebp, %ebp
	movl %esp, %edi
	andl $-16, %esp
	subl $24, %esp
	movl $-1, (%esp)		# struct user_desc: a free entry, please
	movl $thread_block, 4(%esp)
	movl $0xfffff, 8(%esp)
	movl $0x51, 12(%esp)		# 32 bits, limit in pages, useable
	movl %esp, %ebx
	movl $NR_set_thread_area, %eax
	int $0x80
	movl (%esp), %eax
	leal 3(,%eax,8), %eax
	movw %ax, %gs
	movl $thread_block, %gs:SELF
	movl (%edi), %eax
	leal 4(%edi), %ecx
	movl %eax, (%esp)
	movl %ecx, 4(%esp)
	call main
	movl %eax, (%esp)
	call exit
	hlt
.size _start, . - _start

.bss
.p2align 4
.global thread_block
.type thread_block, @object
thread_block:
	.space 256
.size thread_block, 256
