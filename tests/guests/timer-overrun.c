/* Expiries of a POSIX timer while its signal is blocked are overruns */
#include "guest.h"
#include <time.h>
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec its = {{0, 20000000}, {0, 20000000}};
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  timer_settime(timer, 0, &its, 0);
  nanosleep(&(struct timespec){0, 110000000}, 0);
  say("not delivered: %d", timer_getoverrun(timer));
  siginfo_t info;
  say("signo %d", sigwaitinfo(&set, &info));
  clock_gettime(CLOCK_MONOTONIC, &end);
  long most = (end.tv_sec - start.tv_sec) * 50 + (end.tv_nsec - start.tv_nsec) / 20000000 + 1;
  say("overruns: %d, same %d", info.si_overrun >= 4 && info.si_overrun <= most, info.si_overrun == timer_getoverrun(timer));
  its = (struct itimerspec){{0, 0}, {0, 0}};
  timer_settime(timer, 0, &its, 0);
  /* It may have expired once more before it was stopped. */
  struct timespec none = {0, 0};
  sigtimedwait(&set, &info, &none);
  nanosleep(&(struct timespec){0, 50000000}, 0);
  TRY("stopped", sigtimedwait(&set, &info, &none));
}
