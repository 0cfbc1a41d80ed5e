/* alarm belongs to the process: set in one thread, replaced in another, and its signal goes to whoever does not block it. */
#include "threads.h"
static volatile pid_t by;
static void handler(int signo) { (void)signo, by = tid(); }
static void *sets(void *unused) {
  alarm(1000);
  return unused;
}
static void *takes(void *unused) {
  here();
  while (!by) usleep(1000);
  say("taken by this thread: %d", by == tid());
  return unused;
}
int main(void) {
  signal(SIGALRM, handler);
  pthread_join(start(sets, 0), 0);
  int left = alarm(0);
  say("left: %d", left > 500 && left <= 1000);
  pthread_t thread = start(takes, 0);
  arrived();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &set, 0);
  ualarm(2000, 0);
  pthread_join(thread, 0);
  return 0;
}
