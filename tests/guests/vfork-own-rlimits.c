/* A vfork child's resource limits are its own. */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  struct rlimit limit = {.rlim_cur = 64, .rlim_max = 128};
  if (setrlimit(RLIMIT_NOFILE, &limit)) return 99;
  pid_t pid = vfork();
  if (pid == 0) {
    struct rlimit lower = {.rlim_cur = 8, .rlim_max = 16};
    int bad = setrlimit(RLIMIT_NOFILE, &lower);
    _exit(bad ? 1 : dup2(1, 8) < 0 && errno == EBADF ? 0 : 2);
  }
  reap("child", pid);
  getrlimit(RLIMIT_NOFILE, &limit);
  say("parent: %d %d, descriptor 20 %s", (int)limit.rlim_cur, (int)limit.rlim_max, dup2(1, 20) == 20 ? "allowed" : "refused");
  return 0;
}
