/* Orphans of a pid namespace go to its init, a subreaper is only for its own level */
#include "guest.h"
#include <sys/prctl.h>
int main(void) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t init = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  if (init == 0) {
    pid_t middle = fork();
    if (middle == 0) {
      if (fork() == 0) {
        while (getppid() == 2) sched_yield();
        _exit(10 * getpid() + getppid());
      }
      _exit(0);
    }
    reap("middle", middle);
    int status;
    pid_t orphan = wait(&status);
    say("orphan %d: parent %d", orphan, WEXITSTATUS(status) - 10 * orphan);
    _exit(0);
  }
  reap("init", init);
  int status;
  TRY("outside there is nothing left to wait for", wait(&status));
}
