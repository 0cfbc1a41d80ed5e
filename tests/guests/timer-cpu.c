/* A timer of a CPU clock expires by work and not by sleep */
#include "guest.h"
#include <time.h>
static volatile int fired;
static void handler(int signo) { fired = signo; }
int main(void) {
  signal(SIGUSR1, handler);
  static const clockid_t clocks[] = {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
  for (int i = 0; i < 2; i++) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_t timer;
    fired = 0;
    say("create: %d", timer_create(clocks[i], &event, &timer));
    struct itimerspec its = {{0, 0}, {0, 40000000}};
    timer_settime(timer, 0, &its, 0);
    nanosleep(&(struct timespec){0, 60000000}, 0);
    say("after sleep: %d", fired);
    while (!fired) continue;
    say("after work: %d", fired);
    timer_delete(timer);
  }
}
