/* A POSIX timer sends its signal with its value and number */
#include "guest.h"
#include <time.h>
static volatile int count;
static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  count++;
  say("signo %d, code %d, value %d, overrun %d, errno %d", signo, info->si_code, info->si_int, info->si_overrun, info->si_errno);
}
int main(void) {
  sigaction(SIGUSR1, &(struct sigaction){.sa_sigaction = handler, .sa_flags = SA_SIGINFO}, 0);
  sigaction(SIGALRM, &(struct sigaction){.sa_sigaction = handler, .sa_flags = SA_SIGINFO}, 0);
  sigset_t both, none;
  sigemptyset(&none);
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGALRM);
  sigprocmask(SIG_BLOCK, &both, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
  timer_t timer, plain;
  {
    long r0 = (long)timer_create(CLOCK_MONOTONIC, &event, &timer);
    long r1 = (long)timer_create(CLOCK_REALTIME, 0, &plain);
    say("create: %d %d", (int)r0, (int)r1);
  }
  struct itimerspec its = {{0, 0}, {0, 1000000}}, old;
  say("settime: %d", timer_settime(timer, 0, &its, &old));
  while (count < 1) sigsuspend(&none);
  timer_gettime(timer, &old);
  say("off: %d %d", (int)old.it_value.tv_sec, (int)old.it_value.tv_nsec);
  timer_settime(plain, 0, &its, 0);
  while (count < 2) sigsuspend(&none);
  {
    long r0 = (long)timer_delete(timer);
    long r1 = (long)timer_delete(plain);
    say("delete: %d %d", (int)r0, (int)r1);
  }
  TRY("twice", syscall(SYS_timer_delete, 99));
}
