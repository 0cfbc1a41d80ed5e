/* SIGKILL, and SIGTERM by its default action, kill a parent that sleeps in vfork at once; its child runs on. */
#include "guest.h"
static void try(int signal) {
  int fd[2];
  char byte = '?';
  if (pipe(fd)) _exit(99);
  pid_t parent = fork();
  if (parent == 0) {
    pid_t self = getpid(), pid = vfork();
    if (pid == 0) {
      kill(self, signal);
      while (getppid() == self) sched_yield();
      write(fd[1], "c", 1);
      _exit(0);
    }
    write(fd[1], "p", 1);
    _exit(1);
  }
  close(fd[1]);
  reap("parent", parent);
  while (read(fd[0], &byte, 1) == 1) say("written by %c", byte);
  close(fd[0]);
}
int main(void) {
  try(SIGKILL);
  try(SIGTERM);
  return 0;
}
