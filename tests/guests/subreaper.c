/* Orphans go to the nearest ancestor that set PR_SET_CHILD_SUBREAPER */
#include "guest.h"
#include <sys/prctl.h>
int main(void) {
  int set = -1, ready[2];
  pipe(ready);
  prctl(PR_GET_CHILD_SUBREAPER, &set);
  say("before: %d", set);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_GET_CHILD_SUBREAPER, &set);
  say("after: %d", set);
  pid_t self = getpid(), child = fork();
  if (child == 0) {
    prctl(PR_GET_CHILD_SUBREAPER, &set);
    pid_t parent = getpid();
    if (fork() == 0) {
      while (getppid() == parent) sched_yield();
      int mine = getppid() == self;
      write(ready[1], &mine, sizeof mine);
      _exit(7);
    }
    say("child: %d", set);
    _exit(3);
  }
  reap("child", child);
  int mine;
  read(ready[0], &mine, sizeof mine);
  int status = 0;
  pid_t orphan = wait(&status);
  say("adopted: %d, other pid %d, status %d", mine, orphan != child && orphan > 0, WEXITSTATUS(status));
}
