/* a static PIE's break is where its stack starts and never moves */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *now = (char *)SYS1(__NR_brk, 0);
  say("on a page: %d, below the stack: %d", ((long)now & (PAGE - 1)) == 0, now < (char *)at_entry);
  say("a stack of two pages: %d", (char *)at_entry - now < 2 * PAGE);
  say("4 more: %ld", SYS1(__NR_brk, now + 4) - (long)now);
  say("a page more: %ld", SYS1(__NR_brk, now + PAGE) - (long)now);
  say("less: %ld", SYS1(__NR_brk, now - PAGE) - (long)now);
  return 0;
}
