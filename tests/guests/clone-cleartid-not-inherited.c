/* The word to clear is not inherited: only the task that set it clears it. */
#include "guest.h"
static volatile int word = 77;
static int leave(void *unused) {
  (void)unused;
  return 0;
}
static int set_and_vfork(void *unused) {
  (void)unused;
  syscall(SYS_set_tid_address, &word);
  pid_t inner = vfork();
  if (inner == 0) _exit(0);
  int before = word;
  waitpid(inner, 0, 0);
  return before == 77 ? 0 : 1;
}
int main(void) {
  pid_t pid = clone(set_and_vfork, new_stack(), CLONE_VM | CLONE_VFORK | SIGCHLD, 0);
  say("after the child's own end: %d", word);
  reap("the grandchild left it alone (0)", pid);
  word = 77;
  pid = clone(leave, new_stack(), CLONE_VM | CLONE_VFORK | SIGCHLD, 0);
  say("a plain child: %d", word);
  reap("child", pid);
  return 0;
}
