/* sigsuspend waits under its own mask, the handler runs under it, and the old mask comes back */
#include "../guest.h"

static void on_signal(int signo) {
  sigset_t mask;
  sigprocmask(SIG_BLOCK, 0, &mask);
  say("handler of %d: usr1 %d usr2 %d hup %d", signo, sigismember(&mask, SIGUSR1), sigismember(&mask, SIGUSR2),
      sigismember(&mask, SIGHUP));
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, 0);
  sigaction(SIGUSR2, &action, 0);
  sigset_t both, only_hup, mask;
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  sigprocmask(SIG_SETMASK, &both, 0);
  sigemptyset(&only_hup);
  sigaddset(&only_hup, SIGHUP);
  raise(SIGUSR1);
  raise(SIGUSR2);
  int result = sigsuspend(&only_hup);
  say("sigsuspend %d %s", result, strerrorname_np(errno));
  sigprocmask(SIG_BLOCK, 0, &mask);
  say("after: usr1 %d usr2 %d hup %d", sigismember(&mask, SIGUSR1), sigismember(&mask, SIGUSR2),
      sigismember(&mask, SIGHUP));
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    let_others_run();
    kill(parent, SIGCHLD);
    kill(parent, SIGUSR1);
    _exit(0);
  }
  sigset_t none;
  sigemptyset(&none);
  result = sigsuspend(&none);
  say("an ignored signal does not end it: %d", result);
  reap("child", child);
  if ((child = fork()) == 0) {
    sigsuspend(&none);
    _exit(1);
  }
  kill(child, SIGTERM);
  reap("terminated in sigsuspend", child);
}
