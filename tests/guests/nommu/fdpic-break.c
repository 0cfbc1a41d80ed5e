/* an FDPIC program's break is where its stack starts and never moves, and its stack is what PT_GNU_STACK asks for */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *now = (char *)SYS1(__NR_brk, 0);
  say("on a page: %d", ((long)now & (PAGE - 1)) == 0);
  say("a stack of two pages: %d", (char *)at_entry > now && (char *)at_entry - now < 2 * PAGE);
  say("4 more: %ld", SYS1(__NR_brk, now + 4) - (long)now);
  return 0;
}
