/* vfork in a thread stops that thread only: its siblings run on while the child lives, and threads that vfork at once wait each for their own child. */
#include "threads.h"
static volatile int count, before, stop;
static void *counts(void *unused) {
  while (!stop) count++, usleep(100);
  return unused;
}
static void *vforks(void *unused) {
  before = count;
  pid_t pid = vfork();
  if (pid == 0) {
    while (count < before + 20) usleep(1000);
    _exit(6);
  }
  say("sibling ran on meanwhile: %d", count >= before + 20);
  reap("child", pid);
  return unused;
}
static int released[3];
static void *vforks_for(void *n) {
  int i = (int)(intptr_t)n;
  pid_t pid = vfork();
  if (pid == 0) {
    usleep(10000 * (3 - i));
    _exit(i);
  }
  int status;
  waitpid(pid, &status, 0);
  released[i] = WEXITSTATUS(status) == i;
  return 0;
}
static void *execs(void *unused) {
  pid_t pid = vfork();
  if (pid == 0) {
    execl("/none", "none", (char *)0);
    _exit(errno == ENOENT ? 8 : 9);
  }
  reap("exec failed", pid);
  return unused;
}
int main(void) {
  pthread_t counter = start(counts, 0);
  pthread_join(start(vforks, 0), 0);
  pthread_t threads[3];
  for (intptr_t i = 0; i < 3; i++) threads[i] = start(vforks_for, (void *)i);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
  say("each its own: %d %d %d", released[0], released[1], released[2]);
  pthread_join(start(execs, 0), 0);
  stop = 1;
  pthread_join(counter, 0);
  return 0;
}
