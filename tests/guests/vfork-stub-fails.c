/* A stub that leaves its return address on the stack comes back behind the child's last call. */
#include "guest.h"
long naive_vfork(void);
#if defined __x86_64__
__asm__(".text\n.globl naive_vfork\nnaive_vfork:\n\tmov $58, %eax\n\tsyscall\n\tret");
#elif defined __arm__
__asm__(".text\n.globl naive_vfork\nnaive_vfork:\n\tpush {r7, lr}\n\tmov r7, #190\n\tsvc #0\n\tpop {r7, pc}");
#else
__asm__(".text\n.globl naive_vfork\nnaive_vfork:\n\tmov $190, %eax\n\tint $0x80\n\tret");
#endif
void leave(long result) {
  say(result ? "parent: behind the child's call" : "child: leaves");
  _exit(0);
}
void run(void);
/* The calls are made from one depth of the stack, whatever the compiler does elsewhere. */
#if defined __x86_64__
__asm__(".text\n.globl run\nrun:\n\tsub $24, %rsp\n\tcall naive_vfork\n\ttest %rax, %rax\n\tjne 1f\n\t"
        "mov %rax, %rdi\n\tcall leave\n\tmov %rax, %rdi\n\tcall leave\n1:\tadd $24, %rsp\n\tret");
#elif defined __arm__
__asm__(".text\n.globl run\nrun:\n\tpush {r4, lr}\n\tbl naive_vfork\n\tcmp r0, #0\n\tbne 1f\n\t"
        "bl leave_with_frame\n\tbl leave_with_frame\n1:\tpop {r4, pc}\n"
        "leave_with_frame:\n\tpush {r4, lr}\n\tbl leave");
#else
__asm__(".text\n.globl run\nrun:\n\tsub $28, %esp\n\tcall naive_vfork\n\ttest %eax, %eax\n\tjne 1f\n\t"
        "mov %eax, (%esp)\n\tcall leave\n\tmov %eax, (%esp)\n\tcall leave\n1:\tadd $28, %esp\n\tret");
#endif
int main(void) {
  run();
  say("parent: behind vfork");
  return 0;
}
