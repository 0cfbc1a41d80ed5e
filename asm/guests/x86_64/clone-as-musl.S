# clone from a libc whose own stub is __clone, x86-64. (It returns -errno; the guests do not look.)

.text
.global clone
.type clone, @function
clone:
	jmp __clone
.size clone, . - clone
