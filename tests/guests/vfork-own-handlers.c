/* A vfork child's signal handlers and signal mask are its own. */
#include "guest.h"
static void handler(int signal) { (void)signal; }
static volatile int child_saw;
int main(void) {
  struct sigaction action = {.sa_handler = handler}, now;
  sigset_t mask;
  sigaction(SIGUSR1, &action, 0);
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  sigprocmask(SIG_SETMASK, &mask, 0);
  pid_t pid = vfork();
  if (pid == 0) {
    struct sigaction ignore = {.sa_handler = SIG_IGN}, inherited;
    sigset_t all;
    sigaction(SIGUSR1, &ignore, &inherited);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &mask);
    child_saw = inherited.sa_handler == handler && sigismember(&mask, SIGUSR2) == 1;
    _exit(0);
  }
  reap("child", pid);
  sigaction(SIGUSR1, 0, &now);
  sigprocmask(SIG_BLOCK, 0, &mask);
  say("child inherited both: %d", child_saw);
  say("handler kept %d, SIGUSR2 blocked %d, SIGTERM blocked %d", now.sa_handler == handler, sigismember(&mask, SIGUSR2),
      sigismember(&mask, SIGTERM));
  return 0;
}
