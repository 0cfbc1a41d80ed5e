/* A child's registers are a copy of its parent's, but for the one that holds the result. */
#include "guest.h"
unsigned long seen[8], kept[8];
static long vfork_and_store(void) {
  long result;
#if defined __x86_64__
  __asm__ volatile("push %%rbp\n\tmov $0x11, %%ebx\n\tmov $0x12, %%ebp\n\tmov $0x13, %%esi\n\tmov $0x14, %%edi\n\t"
                   "mov $0x15, %%r8d\n\tmov $0x16, %%r12d\n\tmov $0x17, %%r15d\n\tmov $58, %%eax\n\tsyscall\n\t"
                   "mov $kept, %%edx\n\tmov $seen, %%ecx\n\ttest %%rax, %%rax\n\tcmovz %%rcx, %%rdx\n\t"
                   "mov %%rbx, (%%rdx)\n\tmov %%rbp, 8(%%rdx)\n\tmov %%rsi, 16(%%rdx)\n\tmov %%rdi, 24(%%rdx)\n\t"
                   "mov %%r8, 32(%%rdx)\n\tmov %%r12, 40(%%rdx)\n\tmov %%r15, 48(%%rdx)\n\tmov %%rax, 56(%%rdx)\n\t"
                   "test %%rax, %%rax\n\tjnz 1f\n\tmov $60, %%eax\n\txor %%edi, %%edi\n\tsyscall\n1:\n\tpop %%rbp"
                   : "=a"(result)
                   :
                   : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r15", "memory", "cc");
#elif defined __arm__
  register unsigned long *r1 __asm__("r1") = kept, *r3 __asm__("r3") = seen;
  register long r0 __asm__("r0");
  __asm__ volatile("push {r11}\n\tmov r4, #0x11\n\tmov r5, #0x12\n\tmov r6, #0x13\n\tmov r8, #0x14\n\t"
                   "mov r9, #0x15\n\tmov r10, #0x16\n\tmov r11, #0x17\n\tmov r7, #190\n\tsvc #0\n\t"
                   "mov r2, r1\n\tcmp r0, #0\n\tmoveq r2, r3\n\tstm r2, {r4, r5, r6, r8, r9, r10, r11}\n\t"
                   "str r0, [r2, #28]\n\tcmp r0, #0\n\tbne 1f\n\tmov r7, #1\n\tsvc #0\n1:\n\tpop {r11}"
                   : "=r"(r0)
                   : "r"(r1), "r"(r3)
                   : "r2", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "memory", "cc");
  result = r0;
#else
  __asm__ volatile("push %%ebx\n\tpush %%ebp\n\tmov $0x11, %%ebx\n\tmov $0x12, %%ebp\n\tmov $0x13, %%esi\n\t"
                   "mov $0x14, %%edi\n\tmov $0x15, %%ecx\n\tmov $190, %%eax\n\tint $0x80\n\t"
                   "mov $kept, %%edx\n\ttest %%eax, %%eax\n\tjnz 2f\n\tmov $seen, %%edx\n2:\n\t"
                   "mov %%ebx, (%%edx)\n\tmov %%ebp, 4(%%edx)\n\tmov %%esi, 8(%%edx)\n\tmov %%edi, 12(%%edx)\n\t"
                   "mov %%ecx, 16(%%edx)\n\tmov %%eax, 28(%%edx)\n\t"
                   "test %%eax, %%eax\n\tjnz 1f\n\tmov $1, %%eax\n\txor %%ebx, %%ebx\n\tint $0x80\n1:\n\t"
                   "pop %%ebp\n\tpop %%ebx"
                   : "=a"(result)
                   :
                   : "ecx", "edx", "esi", "edi", "memory", "cc");
#endif
  return result;
}
int main(void) {
  pid_t pid = vfork_and_store();
  for (int i = 0; i < 7; i++) say("%lx %lx", seen[i], kept[i]);
  say("the child's result %lx, the parent's is the pid %d", seen[7], kept[7] == (unsigned long)pid);
  reap("child", pid);
  return 0;
}
