/* CLONE_VFORK without CLONE_VM blocks the parent while the child has memory of its own. */
#include "guest.h"
static volatile int global = 1;
int main(void) {
  pid_t pid = syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) {
    global = 2;
    let_others_run();
    say("child: global %d", global);
    _exit(0);
  }
  say("parent: global %d", global);
  reap("child", pid);
  return 0;
}
