/* the break of a bFLT program whose text is in the file lies behind its bss, and what its block has left is free */
#include "nommu.h"
static volatile char zeros[100];
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  volatile char *start = (volatile char *)SYS1(__NR_brk, 0);
  say("behind bss: %d", start >= zeros + 100 && start - zeros < 200);
  long most = 0;
  for (long more = 4; SYS1(__NR_brk, start + more) == (long)start + more; more += 4) most = more;
  for (long i = 0; i < most; i++) start[i] = 'b';
  say("what is free can be written: %d", count((void *)start, 'b', most) == most);
  say("and is less than two pages: %d", most < 2 * PAGE);
  return 0;
}
