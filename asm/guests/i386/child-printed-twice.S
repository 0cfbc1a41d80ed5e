# "child proc printed twice", i386, as gcc 4 lays it out without optimization:
#
#	int main(void) { pid_t pid = createproc(); print("%d\n", pid); exit(0); }
#	int createproc(void) {
#		pid_t pid;
#		if (!(pid = vfork())) { print("child proc:%d\n", pid); return pid; }
#		return -1;
#	}
#
# Arguments are stored into an area that main reserved, so `call exit` pushes its return address into the
# very slot where createproc's own was. exit is the last thing in main and does not return: the address
# behind the call is the first byte of createproc, and the parent's `ret` takes it.
# Native Linux prints "child proc:0", "0", "child proc:0" and the process dies by SIGSEGV.

.section .rodata
.Lpid_line:
	.string "%d\n"
.Lchild_line:
	.string "child proc:%d\n"

.text
.global main
.type main, @function
main:
	pushl %ebp
	movl %esp, %ebp
	andl $-16, %esp
	subl $32, %esp
	call createproc
	movl %eax, 28(%esp)
	movl $.Lpid_line, %eax
	movl 28(%esp), %edx
	movl %edx, 4(%esp)
	movl %eax, (%esp)
	call print
	movl $0, (%esp)
	call exit
.size main, . - main

.global createproc
.type createproc, @function
createproc:
	pushl %ebp
	movl %esp, %ebp
	subl $0x28, %esp
	call vfork
	movl %eax, -12(%ebp)
	cmpl $0, -12(%ebp)
	jne .Lparent
	movl $.Lchild_line, %eax
	movl -12(%ebp), %edx
	movl %edx, 4(%esp)
	movl %eax, (%esp)
	call print
	movl -12(%ebp), %eax
	jmp .Lreturn
.Lparent:
	movl $-1, %eax
.Lreturn:
	leave
	ret
.size createproc, . - createproc
