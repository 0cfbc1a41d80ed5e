/* What a vfork child maps and unmaps is mapped and unmapped in its parent. */
#include "guest.h"
static char *volatile mapped;
int main(void) {
  char *doomed = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  doomed[0] = 1;
  say("before: readable %d", readable(doomed));
  pid_t pid = vfork();
  if (pid == 0) {
    mapped = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mapped[0] = 42;
    _exit(munmap(doomed, 4096));
  }
  reap("child", pid);
  say("after: readable %d", readable(doomed));
  say("the child's mapping: %d, second page %d, writable %d", mapped[0], mapped[4096], writable(mapped + 4096));
  return 0;
}
