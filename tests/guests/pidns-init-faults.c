/* A fault kills the init of a pid namespace as any other process */
#include "guest.h"
int main(void) {
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (init == 0) {
    pid_t child = fork();
    if (child == 0) for (;;) pause();
    *(volatile int *)8 = 1;
    _exit(0);
  }
  reap("init", init);
}
