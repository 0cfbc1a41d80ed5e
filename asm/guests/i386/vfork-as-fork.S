# vfork as emulators that do not have it make it: an alias of fork. Linked in place of a libc's vfork.

.text
.global vfork
.type vfork, @function
vfork:
	jmp fork
.size vfork, . - vfork
