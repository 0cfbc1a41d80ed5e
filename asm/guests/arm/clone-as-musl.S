@ clone from a libc whose own stub is __clone, ARM. (It returns -errno; the guests do not look.)

.syntax unified
.text
.arm
.p2align 2
.global clone
.type clone, %function
clone:
	b __clone
.size clone, . - clone
