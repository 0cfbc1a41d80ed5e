/* A process is killed while one of its threads waits for a vfork child: it dies at once, and the child runs on. */
#include "threads.h"
static int *word;
static void *vforks(void *unused) {
  pid_t pid = vfork();
  if (pid == 0) {
    *word = 1;
    while (*word != 2) usleep(1000);
    *word = 3;
    _exit(0);
  }
  return unused;
}
int main(void) {
  word = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid = fork();
  if (pid == 0) {
    start(vforks, 0);
    pause();
  }
  while (*word != 1) usleep(1000);
  kill(pid, SIGTERM);
  reap("parent", pid);
  say("child lives: %d", *word);
  *word = 2;
  while (*word != 3) usleep(1000);
  say("child has gone on");
  return 0;
}
