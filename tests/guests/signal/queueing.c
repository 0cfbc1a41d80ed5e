/* a standard signal is pending once, a real-time one as often as sent; the lowest number is delivered first */
#include "../guest.h"

static void on_signal(int signo, siginfo_t *info, void *context) {
  (void)context;
  say("delivered %d value %d", signo, info->si_code == SI_QUEUE ? info->si_value.sival_int : -1);
}

static void show(const char *what, const sigset_t *set) {
  char line[200] = "";
  for (int signo = 1; signo <= 64; signo++)
    if (sigismember(set, signo) == 1) sprintf(line + strlen(line), " %d", signo);
  say("%s:%s", what, line);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  int signals[] = {SIGUSR1, SIGHUP, SIGTERM, SIGRTMIN, SIGRTMIN + 1, SIGRTMAX, SIGSEGV};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, 0);
  sigset_t all, pending, old;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, 0);
  for (int i = 0; i < 3; i++) {
    sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 10 + i});
    sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 20 + i});
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 30 + i});
    kill(getpid(), SIGRTMAX);
  }
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGHUP);
  kill(getpid(), SIGSEGV);
  kill(getpid(), SIGCHLD);
  kill(getpid(), SIGINT);
  signal(SIGINT, SIG_IGN);
  sigpending(&pending);
  show("pending", &pending);
  sigemptyset(&all);
  sigprocmask(SIG_SETMASK, &all, &old);
  show("was blocked", &old);
  sigpending(&pending);
  show("pending", &pending);
}
