/* A vfork child's nice value is its own. */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  pid_t pid = vfork();
  if (pid == 0) {
    setpriority(PRIO_PROCESS, 0, 7);
    _exit(getpriority(PRIO_PROCESS, 0));
  }
  reap("child", pid);
  say("parent's nice value %d", getpriority(PRIO_PROCESS, 0));
  return 0;
}
