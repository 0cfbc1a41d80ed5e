/* clone(CLONE_VM | CLONE_VFORK, 0) keeps the parent's stack pointer; a stack that is given replaces it. */
#include "guest.h"
volatile unsigned long child_sp, parent_sp, child_result = 1;
/* The child stores its stack pointer and result and exits, without touching the stack. */
static long clone_and_look(unsigned long flags, void *stack) {
  long result;
#if defined __x86_64__
  register long no_ctid __asm__("r10") = 0, no_tls __asm__("r8") = 0;
  __asm__ volatile("mov %%rsp, parent_sp(%%rip)\n\tsyscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\t"
                   "mov %%rsp, child_sp(%%rip)\n\tmov %%rax, child_result(%%rip)\n\t"
                   "mov $60, %%eax\n\txor %%edi, %%edi\n\tsyscall\n1:"
                   : "=a"(result)
                   : "a"(SYS_clone), "D"(flags), "S"(stack), "d"(0), "r"(no_ctid), "r"(no_tls)
                   : "rcx", "r11", "memory");
#elif defined __arm__
  register long r0 __asm__("r0") = flags;
  register void *r1 __asm__("r1") = stack;
  register long r2 __asm__("r2") = 0, r3 __asm__("r3") = 0, r4 __asm__("r4") = 0, r7 __asm__("r7") = SYS_clone;
  __asm__ volatile("str sp, [%[parent]]\n\tsvc #0\n\tcmp r0, #0\n\tbne 1f\n\t"
                   "str sp, [%[child]]\n\tstr r0, [%[result]]\n\tmov r7, #1\n\tsvc #0\n1:"
                   : "+r"(r0)
                   : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r7), [parent] "r"(&parent_sp), [child] "r"(&child_sp),
                     [result] "r"(&child_result)
                   : "memory", "cc");
  result = r0;
#else
  __asm__ volatile("mov %%esp, parent_sp\n\tint $0x80\n\ttest %%eax, %%eax\n\tjnz 1f\n\t"
                   "mov %%esp, child_sp\n\tmov %%eax, child_result\n\t"
                   "mov $1, %%eax\n\txor %%ebx, %%ebx\n\tint $0x80\n1:"
                   : "=a"(result)
                   : "a"(SYS_clone), "b"(flags), "c"(stack), "d"(0), "S"(0), "D"(0)
                   : "memory");
#endif
  return result;
}
int main(void) {
  char *top = new_stack();
  pid_t pid = clone_and_look(CLONE_VM | CLONE_VFORK | SIGCHLD, 0);
  say("no stack: same sp %d, result %ld", child_sp == parent_sp, (long)child_result);
  reap("child", pid);
  child_result = 1;
  pid = clone_and_look(CLONE_VM | CLONE_VFORK | SIGCHLD, top - 8);
  say("a stack: the given sp %d, result %ld", child_sp == (unsigned long)(top - 8), (long)child_result);
  reap("child", pid);
  return 0;
}
