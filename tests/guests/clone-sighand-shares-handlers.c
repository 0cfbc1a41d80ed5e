/* With CLONE_SIGHAND a child's sigaction is its parent's; the mask stays its own. */
#include "guest.h"
static int child(void *unused) {
  sigset_t all;
  (void)unused;
  signal(SIGUSR1, SIG_IGN);
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, 0);
  return 0;
}
int main(void) {
  struct sigaction now;
  sigset_t mask;
  pid_t pid = clone(child, new_stack(), CLONE_VM | CLONE_VFORK | CLONE_SIGHAND | SIGCHLD, 0);
  reap("child", pid);
  sigaction(SIGUSR1, 0, &now);
  sigprocmask(SIG_BLOCK, 0, &mask);
  say("ignored %d, SIGTERM blocked %d", now.sa_handler == SIG_IGN, sigismember(&mask, SIGTERM));
  return 0;
}
