/* The low byte of clone's flags is the signal that the parent gets when the child exits. */
#include "guest.h"
static volatile sig_atomic_t got;
static void handler(int signal) { got = signal; }
int main(void) {
  sigset_t blocked, none;
  signal(SIGUSR1, handler);
  sigemptyset(&none);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, 0);
  pid_t pid = syscall(SYS_clone, SIGUSR1, 0, 0, 0, 0);
  if (pid == 0) _exit(3);
  say("blocked: %d", got);
  sigsuspend(&none);
  say("after the exit: SIGUSR1 %d", got == SIGUSR1);
  reap("child", pid);
  return 0;
}
