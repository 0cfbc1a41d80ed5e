/* a vfork child that returns from the function that called vfork makes its parent run that function again */
#include "nommu.h"
/*
 * body calls create; the child returns 0 into body, and its last call there, of finish, leaves in create's frame the address
 * behind it, where create begins. So the parent returns from create into create: a second vfork, a second child.
 */
static int children;
__attribute__((used)) void told(void) {
  say("child proc:0");
  if (++children == 2) _exit(0);
}
__attribute__((used)) void shown(long value) { say("%ld", value); }
__attribute__((used)) void finish(void) { _exit(0); }
void body(void);
#if defined __arm__
__asm__(".syntax unified\n.thumb\n.pushsection .text.twice,\"ax\",%progbits\n.thumb_func\n.type body,%function\nbody: push {r4, lr}\n bl create\n bl shown\n bl leave_\n"
        ".thumb_func\n.type create,%function\ncreate: push {r4, lr}\n bl vfork\n cbnz r0, 1f\n bl told\n movs r0, #0\n pop {r4, pc}\n"
        "1: mvn r0, #0\n pop {r4, pc}\n"
        ".thumb_func\n.type leave_,%function\nleave_: push {r4, lr}\n bl finish\n.popsection\n");
#elif defined __x86_64__
__asm__(".pushsection .text.twice,\"ax\",@progbits\nbody: call create\n mov %rax, %rdi\n call shown\n call finish\n"
        "create: call vfork\n test %eax, %eax\n jnz 1f\n call told\n xor %eax, %eax\n ret\n1: mov $-1, %rax\n ret\n.popsection\n");
#else
__asm__(".pushsection .text.twice,\"ax\",@progbits\nbody: call create\n push %eax\n call shown\n pop %eax\n call finish\n"
        "create: call vfork\n test %eax, %eax\n jnz 1f\n call told\n xor %eax, %eax\n ret\n1: mov $-1, %eax\n ret\n.popsection\n");
#endif
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  body();
  say("back in main, %d children", children);
  return 0;
}
