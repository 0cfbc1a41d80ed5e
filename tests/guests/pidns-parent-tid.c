/* CLONE_PARENT_SETTID tells the number outside, CLONE_CHILD_SETTID the one inside */
#include "guest.h"
int main(void) {
  int *tids = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  long flags = CLONE_NEWPID | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD;
#ifdef __x86_64__
  pid_t child = syscall(SYS_clone, flags, 0, &tids[0], &tids[1], 0);
#else
  pid_t child = syscall(SYS_clone, flags, 0, &tids[0], 0, &tids[1]);
#endif
  if (child == 0) _exit(0);
  reap("child", child);
  say("parent's word is the number outside: %d", tids[0] == child);
  say("child's word: %d", tids[1]);
}
