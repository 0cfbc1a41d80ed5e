/* A child whose parent is gone has another parent, and runs on. */
#include "guest.h"
int main(void) {
  int fd[2];
  char byte;
  if (pipe(fd)) return 99;
  pid_t pid = fork();
  if (pid == 0) {
    pid_t parent = getpid();
    if (fork() == 0) {
      while (getppid() == parent) sched_yield();
      say("orphan: adopted");
      _exit(0);
    }
    _exit(1);
  }
  close(fd[1]);
  read(fd[0], &byte, 1); /* end of file: both are gone */
  reap("its parent", pid);
  say("not ours to wait for: %s", waitpid(-1, 0, 0) < 0 ? strerrorname_np(errno) : "?");
  return 0;
}
