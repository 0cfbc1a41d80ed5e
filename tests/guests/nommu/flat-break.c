/* brk of a bFLT program moves within the rest of its block, and stays where it was when asked for more */
#include "nommu.h"
static char last[16];
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *start = (char *)SYS1(__NR_brk, 0);
  say("aligned %d", ((long)start & 3) == 0);
  say("a megabyte more: %ld", SYS1(__NR_brk, start + 0x100000) - (long)start);
  say("into the stack: %ld", SYS1(__NR_brk, (char *)at_entry) - (long)start);
  say("below the start: %ld", SYS1(__NR_brk, last) - (long)start);
  say("0 bytes more: %ld", SYS1(__NR_brk, start) - (long)start);
  long most = 0;
  for (long more = 4; SYS1(__NR_brk, start + more) == (long)start + more; more += 4) most = more;
  say("less than a page is left: %d", most < PAGE);
  say("what it was stays: %d", SYS1(__NR_brk, 0) == (long)start + most);
  say("back: %ld", SYS1(__NR_brk, start) - (long)start);
  return 0;
}
