/* PR_SET_PDEATHSIG goes off when the thread that forked ends, though its process lives on. */
#include "threads.h"
#include <sys/prctl.h>
static int fd[2];
static volatile pid_t child;
static void *forks(void *unused) {
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    write(fd[1], "", 1);
    pause();
  }
  char byte;
  read(fd[0], &byte, 1);
  child = pid;
  return unused;
}
int main(void) {
  pipe(fd);
  pthread_join(start(forks, 0), 0);
  reap("child", child);
  return 0;
}
