/* sigwait takes what is blocked, from the process's queue and from the thread's own; two threads that wait for different signals get theirs. */
#include "threads.h"
static sigset_t set_of(int signo) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signo);
  return set;
}
static void *waits(void *signo) {
  sigset_t set = set_of((int)(intptr_t)signo);
  siginfo_t info;
  here();
  int back = sigwaitinfo(&set, &info);
  say("got %s, code %d", back == (int)(intptr_t)signo ? "its signal" : "another", info.si_code == SI_USER ? 0 : info.si_code);
  return 0;
}
int main(void) {
  sigset_t set = set_of(SIGUSR1);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, 0);
  pthread_t one = start(waits, (void *)SIGUSR1);
  asleep();
  pthread_t two = start(waits, (void *)SIGUSR2);
  asleep();
  kill(getpid(), SIGUSR2);
  pthread_join(two, 0);
  kill(getpid(), SIGUSR1);
  pthread_join(one, 0);
  one = start(waits, (void *)SIGUSR1);
  asleep();
  pthread_kill(one, SIGUSR1);
  pthread_join(one, 0);
  raise(SIGUSR1);
  struct timespec none = {0, 0};
  two = start(waits, (void *)SIGUSR2);
  asleep();
  say("this thread's own: %d", sigtimedwait(&set, 0, &none) == SIGUSR1);
  pthread_kill(two, SIGUSR2);
  pthread_join(two, 0);
  say("nothing left: %s", result(sigtimedwait(&set, 0, &none)));
  return 0;
}
