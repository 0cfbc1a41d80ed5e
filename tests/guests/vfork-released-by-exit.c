/* The parent of a vfork sleeps until its child's _exit. */
#include "guest.h"
static volatile int steps;
int main(void) {
  pid_t pid = vfork();
  if (pid == 0) {
    for (int i = 0; i < 50; i++) {
      sched_yield();
      steps++;
    }
    say("child: done");
    _exit(5);
  }
  say("parent: the child made %d steps", steps);
  reap("child", pid);
  return 0;
}
