/* A vfork child's brk moves its parent's break. */
#include "guest.h"
int main(void) {
  char *before = (char *)syscall(SYS_brk, 0);
  pid_t pid = vfork();
  if (pid == 0) {
    char *end = (char *)syscall(SYS_brk, before + 8192);
    before[0] = 7;
    before[8191] = 8;
    _exit(end == before + 8192 ? 0 : 1);
  }
  reap("child", pid);
  char *after = (char *)syscall(SYS_brk, 0);
  say("the break moved by %ld", (long)(after - before));
  say("%d %d", before[0], before[8191]);
  return 0;
}
