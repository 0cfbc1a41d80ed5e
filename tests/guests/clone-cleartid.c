/* CLONE_CHILD_CLEARTID zeroes the child's word at its end, if others use the memory, before a vfork parent wakes. */
#include "guest.h"
static volatile int ctid;
static int leave(void *unused) {
  (void)unused;
  return 0;
}
static int leave_with_word(void *word) { return *(int *)word == 77 ? 0 : 1; }
int main(int argc, char **argv) {
  (void)argc, (void)argv;
  ctid = 77;
  pid_t pid = clone(leave, new_stack(), CLONE_VM | CLONE_VFORK | CLONE_CHILD_CLEARTID | SIGCHLD, 0, 0, 0, &ctid);
  say("vfork with shared memory: %d", ctid);
  reap("child", pid);
  ctid = 77;
  pid = clone(leave, new_stack(), CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, &ctid);
  say("without the flag: %d", ctid);
  reap("child", pid);
  ctid = 77;
  pid = clone(leave, new_stack(), CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD, 0, 0, 0, &ctid);
  reap("child", pid);
  say("clone with shared memory: %d", ctid);
  ctid = 77;
  pid = clone(leave, new_stack(), CLONE_VM | CLONE_VFORK | CLONE_CHILD_CLEARTID | SIGCHLD, 0, 0, 0, (int *)8);
  reap("an address that cannot be written", pid);
  int *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  *shared = 77;
  pid = clone(leave_with_word, new_stack(), CLONE_CHILD_CLEARTID | SIGCHLD, shared, 0, 0, shared);
  reap("child", pid);
  say("private memory, a word in a shared page: %d", *shared);
  return 0;
}
