@ The oracle's machine, QEMU's mps2-an385, starts here: switch the serial line on, as a boot loader does, and enter Linux.
.syntax unified
.thumb
.text
.word 0x20008000        @ vector table: stack
.word reset
.rept 14
.word hang
.endr
.thumb_func
reset:
  ldr r0, =0x40004000   @ the serial line
  movs r1, #16
  str r1, [r0, #16]     @ baud rate divider
  movs r1, #1
  str r1, [r0, #8]      @ transmit
  movs r0, #0
  mvn r1, #0            @ machine type: see the device tree
  ldr r2, =0x21700000   @ device tree
  ldr r3, =0x21008001   @ Linux
  bx r3
.thumb_func
hang: b hang
