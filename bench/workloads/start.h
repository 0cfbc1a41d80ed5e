/* A flat program: `work` is called, then exit. The address behind the call is `done`: base + 5 on x86, + 4 on ARM. */
typedef unsigned char u8;
typedef unsigned int u32;

void work(void);

#if defined(__x86_64__)
__asm__(".section .start,\"ax\"\n.globl _start\n_start: call work\nmov $60, %eax\nxor %edi, %edi\nsyscall\n.text");
#elif defined(__i386__)
__asm__(".section .start,\"ax\"\n.globl _start\n_start: call work\nmov $1, %eax\nxor %ebx, %ebx\nint $0x80\n.text");
#else
__asm__(".section .start,\"ax\"\n.arm\n.globl _start\n_start: bl work\nmov r7, #1\nmov r0, #0\nsvc #0\n.text");
#endif
