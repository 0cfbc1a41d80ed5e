/* A fatal signal of the child releases the parent of a vfork. */
#include "guest.h"
int main(void) {
  pid_t pid = vfork();
  if (pid == 0) {
    kill(getpid(), SIGKILL);
    _exit(1);
  }
  reap("SIGKILL", pid);
  pid = vfork();
  if (pid == 0) {
    kill(getpid(), SIGTERM);
    _exit(1);
  }
  reap("SIGTERM", pid);
  pid = vfork();
  if (pid == 0) {
    *(volatile int *)8 = 1;
    _exit(1);
  }
  reap("a bad store", pid);
  pid = vfork();
  if (pid == 0) {
    __builtin_trap();
    _exit(1);
  }
  reap("an undefined instruction", pid);
  say("the parent lives");
  return 0;
}
