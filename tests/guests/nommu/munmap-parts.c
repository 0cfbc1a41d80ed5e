/* munmap takes pages from either end and from the middle of anonymous memory, but of one mapping only */
#include "nommu.h"
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *at = anonymous(8 * PAGE);
  memset(at, 'a', 8 * PAGE);
  tell("first page", SYS2(__NR_munmap, at, PAGE));
  tell("last page", SYS2(__NR_munmap, at + 7 * PAGE, PAGE));
  tell("a page of the middle", SYS2(__NR_munmap, at + 3 * PAGE, PAGE));
  say("what is left: %ld", count(at + PAGE, 'a', 2 * PAGE) + count(at + 4 * PAGE, 'a', 3 * PAGE));
  tell("from one piece to the next", SYS2(__NR_munmap, at + PAGE, 6 * PAGE));
  tell("more than the piece", SYS2(__NR_munmap, at + 4 * PAGE, 4 * PAGE));
  tell("the hole", SYS2(__NR_munmap, at + 3 * PAGE, PAGE));
  tell("not on a page", SYS2(__NR_munmap, at + PAGE + 100, 100));
  tell("less than a page of it", SYS2(__NR_munmap, at + PAGE, 100));
  tell("the second piece", SYS2(__NR_munmap, at + 4 * PAGE, 3 * PAGE));
  tell("the rest", SYS2(__NR_munmap, at + 2 * PAGE, PAGE));
  tell("nothing", SYS2(__NR_munmap, at, 0));
  tell("never mapped", SYS2(__NR_munmap, (char *)16, PAGE));
  return 0;
}
