/* While a process sleeps in vfork, another that shares its memory runs on. */
#include "guest.h"
static volatile int counter, stop;
static int counting(void *unused) {
  (void)unused;
  while (!stop) {
    counter++;
    sched_yield();
  }
  return 0;
}
int main(void) {
  pid_t sibling = clone(counting, new_stack(), CLONE_VM | SIGCHLD, 0);
  pid_t pid = vfork();
  if (pid == 0) {
    int before = counter;
    while (counter < before + 5) sched_yield();
    _exit(0);
  }
  say("the sibling counted on: %d", counter >= 5);
  stop = 1;
  reap("child", pid);
  reap("sibling", sibling);
  return 0;
}
