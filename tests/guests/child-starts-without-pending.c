/* A new child has no pending signals and the mask of its parent. */
#include "guest.h"
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  kill(getpid(), SIGUSR1);
  sigpending(&set);
  say("parent pending %d", sigismember(&set, SIGUSR1));
  pid_t pid = fork();
  if (pid == 0) {
    sigset_t mask;
    sigpending(&set);
    sigprocmask(SIG_BLOCK, 0, &mask);
    say("child pending %d, blocked %d", sigismember(&set, SIGUSR1), sigismember(&mask, SIGUSR1));
    _exit(0);
  }
  reap("child", pid);
  sigpending(&set);
  say("parent pending %d", sigismember(&set, SIGUSR1));
  signal(SIGUSR1, SIG_IGN);
  sigpending(&set);
  say("ignored: pending %d", sigismember(&set, SIGUSR1));
  return 0;
}
