/* CLONE_VM without CLONE_VFORK shares the memory and does not block. */
#include "guest.h"
static volatile int from_parent, from_child;
static int child(void *unused) {
  (void)unused;
  while (!from_parent) sched_yield();
  from_child = from_parent + 1;
  return 6;
}
int main(void) {
  pid_t pid = clone(child, new_stack(), CLONE_VM | SIGCHLD, 0);
  say("parent: runs, the child answered %d", from_child);
  from_parent = 20;
  while (!from_child) sched_yield();
  say("parent: the child answered %d", from_child);
  reap("child", pid);
  return 0;
}
