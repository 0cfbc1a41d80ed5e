/* the global offset table in front of a bFLT program's data is moved up to its -1, and code finds it by r10 */
#include "nommu.h"
int variable = 31, other = 32;
extern int main(int argc, char **argv, char **envp);
/* What a compiler makes of -fpic -msingle-pic-base. */
static unsigned long through_got(unsigned long got, int which) {
  unsigned long offsets[3];
  __asm__("ldr %0, 1f\n ldr %1, 1f+4\n ldr %2, 1f+8\n b 2f\n .balign 4\n1: .word variable(GOT)\n .word other(GOT)\n .word main(GOT)\n2:"
          : "=&r"(offsets[0]), "=&r"(offsets[1]), "=&r"(offsets[2]));
  return *(unsigned long *)(got + offsets[which]);
}
static int *volatile pointer = &other;
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  say("variable %d, other %d", *(int *)through_got(entry_r10, 0), *(int *)through_got(entry_r10, 1));
  say("main %d", through_got(entry_r10, 2) == (unsigned long)main);
  long *end = (long *)entry_r10;
  while (*end != -1) end++;
  say("entries %d", (int)(end - (long *)entry_r10));
  say("a pointer in data beside it: %d", *pointer);
  return 0;
}
