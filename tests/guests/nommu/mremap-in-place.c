/* mremap makes a mapping shorter and longer again, never longer than it was made, and never moves it */
#include "nommu.h"
#include <linux/mman.h>
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  char *at = anonymous(4 * PAGE);
  memset(at, 'm', 4 * PAGE);
  say("shorter: %d", SYS5(__NR_mremap, at, 4 * PAGE, 2 * PAGE, 0, 0) == (long)at);
  say("longer again: %d", SYS5(__NR_mremap, at, 2 * PAGE, 4 * PAGE, 0, 0) == (long)at);
  say("it kept %ld", count(at, 'm', 4 * PAGE));
  tell("longer than it was", SYS5(__NR_mremap, at, 4 * PAGE, 5 * PAGE, 0, 0));
  tell("with MREMAP_MAYMOVE", SYS5(__NR_mremap, at, 4 * PAGE, 64 * PAGE, MREMAP_MAYMOVE, 0));
  tell("MREMAP_FIXED elsewhere", SYS5(__NR_mremap, at, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at + 16 * PAGE));
  say("MREMAP_FIXED where it is: %d", SYS5(__NR_mremap, at, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at) == (long)at);
  tell("a part", SYS5(__NR_mremap, at, 2 * PAGE, PAGE, 0, 0));
  tell("not on a page", SYS5(__NR_mremap, at + 1, PAGE, PAGE, 0, 0));
  tell("to nothing", SYS5(__NR_mremap, at, 4 * PAGE, 0, 0, 0));
  tell("from nothing", SYS5(__NR_mremap, at, 0, 4 * PAGE, MREMAP_MAYMOVE, 0));
  tell("unknown flag", SYS5(__NR_mremap, at, 4 * PAGE, 4 * PAGE, 64, 0) == (long)at);
  int fd = (int)SYS3(__NR_open, "/proc/self/exe", O_RDONLY, 0);
  long file = mmap(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  tell("a file's", SYS5(__NR_mremap, file, PAGE, PAGE, 0, 0));
  return 0;
}
