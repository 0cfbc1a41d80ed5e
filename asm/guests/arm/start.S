@ The entry point of every ARM guest: calls main(argc, argv), then exit with its result.

.syntax unified
.text
.arm
.p2align 2
.global _start
.type _start, %function
_start:
	mov fp, #0
	mov lr, #0
	ldr r0, [sp]
	add r1, sp, #4
	bic sp, sp, #7
	bl main
	bl exit
	udf #0
.size _start, . - _start
