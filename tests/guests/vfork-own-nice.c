/* A vfork child's nice value is its own. */
#include "guest.h"
#include <sys/resource.h>
int main(void) {
  int nice_value = getpriority(PRIO_PROCESS, 0);
  pid_t pid = vfork();
  if (pid == 0) {
    setpriority(PRIO_PROCESS, 0, 19);
    _exit(getpriority(PRIO_PROCESS, 0));
  }
  reap("child", pid);
  say("parent's nice value is what it was: %d", getpriority(PRIO_PROCESS, 0) == nice_value);
  return 0;
}
