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
  timer_settime(timer, 0, &its, 0);
  nanosleep(&(struct timespec){0, 110000000}, 0);
  say("not delivered: %d", timer_getoverrun(timer));
  siginfo_t info;
  say("signo %d", sigwaitinfo(&set, &info));
  say("overruns: %d, same %d", info.si_overrun >= 4 && info.si_overrun < 50, info.si_overrun == timer_getoverrun(timer));
  its = (struct itimerspec){{0, 0}, {0, 0}};
  timer_settime(timer, 0, &its, 0);
  struct timespec none = {0, 0};
  TRY("stopped", sigtimedwait(&set, &info, &none));
}
