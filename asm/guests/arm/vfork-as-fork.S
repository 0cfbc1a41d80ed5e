@ vfork as emulators that do not have it make it: an alias of fork. Linked in place of a libc's vfork.

.syntax unified
.text
.arm
.p2align 2
.global vfork
.type vfork, %function
vfork:
	b fork
.size vfork, . - vfork
