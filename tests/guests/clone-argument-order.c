/* clone takes flags, sp, ptid, ctid, tls on x86-64 and flags, sp, ptid, tls, ctid on i386 and ARM. */
#include "guest.h"
#if defined __i386__
#include <asm/ldt.h>
#endif
/* What the child's thread register points at. The child has no libc then: only raw calls. */
static unsigned long block[64];
static int ctid, ptid;
int main(void) {
  unsigned long flags = CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD;
  long pid;
  block[0] = 0x1234;
#if defined __x86_64__
  register int *r10 __asm__("r10") = &ctid;
  register unsigned long *r8 __asm__("r8") = block;
  __asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\t"
                   "mov %%fs:0, %%rdi\n\tcmp $0x1234, %%rdi\n\tjne 2f\n\t"
                   "mov ctid_of_child(%%rip), %%rsi\n\tmov (%%rsi), %%esi\n\tmov $39, %%eax\n\tsyscall\n\t"
                   "mov $3, %%edi\n\tcmp %%esi, %%eax\n\tje 2f\n\tmov $4, %%edi\n2:\tmov $60, %%eax\n\tsyscall\n1:"
                   : "=a"(pid)
                   : "a"(SYS_clone), "D"(flags), "S"(0), "d"(&ptid), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
#elif defined __arm__
  register unsigned long r0 __asm__("r0") = flags;
  register long r1 __asm__("r1") = 0, r7 __asm__("r7") = SYS_clone;
  register int *r2 __asm__("r2") = &ptid, *r4 __asm__("r4") = &ctid;
  register unsigned long *r3 __asm__("r3") = block;
  __asm__ volatile("svc #0\n\tcmp r0, #0\n\tbne 1f\n\t"
                   "mrc p15, 0, r6, c13, c0, 3\n\tldr r6, [r6]\n\tmov r5, #0x1200\n\torr r5, r5, #0x34\n\tmov r0, #9\n\tcmp r5, r6\n\t"
                   "bne 2f\n\tmov r7, #20\n\tsvc #0\n\tldr r6, [r4]\n\tcmp r0, r6\n\tmoveq r0, #3\n\tmovne r0, #4\n"
                   "2:\tmov r7, #1\n\tsvc #0\n1:"
                   : "+r"(r0)
                   : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r7)
                   : "r5", "r6", "memory", "cc");
  pid = r0;
#else
  unsigned selector;
  __asm__("mov %%gs, %0" : "=r"(selector));
  struct user_desc desc = {.entry_number = (selector & 0xffff) >> 3, .base_addr = (unsigned)block, .limit = 0xfffff,
                           .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};
  __asm__ volatile("int $0x80\n\ttest %%eax, %%eax\n\tjnz 1f\n\t"
                   "mov %%gs:0, %%ebx\n\tcmp $0x1234, %%ebx\n\tjne 2f\n\t"
                   "mov ctid_of_child, %%esi\n\tmov (%%esi), %%esi\n\tmov $20, %%eax\n\tint $0x80\n\t"
                   "mov $3, %%ebx\n\tcmp %%esi, %%eax\n\tje 2f\n\tmov $4, %%ebx\n2:\tmov $1, %%eax\n\tint $0x80\n1:"
                   : "=a"(pid)
                   : "a"(SYS_clone), "b"(flags), "c"(0), "d"(&ptid), "S"(&desc), "D"(&ctid)
                   : "memory");
#endif
  say("ptid is the child %d, the parent's ctid %d", ptid == pid, ctid);
  reap("child whose tls and ctid are right (3)", pid);
  return 0;
}
int *ctid_of_child = &ctid;
