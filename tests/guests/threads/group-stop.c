/* SIGSTOP stops every thread, and SIGCONT sets all going again; the parent is told once of each. */
#include "threads.h"
static volatile int *counts;
static void *runs(void *n) {
  for (;;) counts[(intptr_t)n]++, usleep(100);
  return 0;
}
/* How many have moved after a while, or when as many have as are to. */
static int moved(int expected) {
  int before[3], any;
  for (int i = 0; i < 3; i++) before[i] = counts[i];
  do {
    usleep(50000);
    any = 0;
    for (int i = 0; i < 3; i++) any += counts[i] != before[i];
  } while (any < expected);
  return any;
}
int main(void) {
  counts = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid = fork();
  if (pid == 0) {
    for (intptr_t i = 1; i < 3; i++) start(runs, (void *)i);
    runs(0);
  }
  while (!counts[0] || !counts[1] || !counts[2]) usleep(1000);
  int status;
  kill(pid, SIGSTOP);
  waitpid(pid, &status, WUNTRACED);
  say_status("process", status);
  say("threads that moved: %d", moved(0));
  say("told once: %s", result(waitpid(pid, &status, WUNTRACED | WNOHANG)));
  kill(pid, SIGCONT);
  waitpid(pid, &status, WCONTINUED);
  say_status("process", status);
  say("threads that moved: %d", moved(3));
  say("told once: %s", result(waitpid(pid, &status, WCONTINUED | WNOHANG)));
  kill(pid, SIGSTOP);
  waitpid(pid, &status, WUNTRACED);
  kill(pid, SIGKILL);
  reap("process", pid);
  return 0;
}
