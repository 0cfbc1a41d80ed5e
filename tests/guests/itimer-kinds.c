/* ITIMER_VIRTUAL and ITIMER_PROF count work and not sleep, ITIMER_REAL both */
#include "guest.h"
#include <sys/time.h>
#include <time.h>
static volatile int seen;
static void handler(int signo) { seen = signo; }
int main(void) {
  signal(SIGALRM, handler);
  signal(SIGVTALRM, handler);
  signal(SIGPROF, handler);
  for (int which = 0; which < 3; which++) {
    struct itimerval value = {{0, 0}, {0, 20000}}, old;
    seen = 0;
    setitimer(which, &value, 0);
    nanosleep(&(struct timespec){0, 60000000}, 0);
    say("%d after sleep: %d", which, seen);
    while (!seen) continue;
    say("%d after work: %d", which, seen);
    getitimer(which, &old);
    say("off: %d %d", (int)old.it_value.tv_sec, (int)old.it_value.tv_usec);
  }
  TRY("unknown", setitimer(3, &(struct itimerval){{0, 0}, {0, 1}}, 0));
  TRY("usec", setitimer(0, &(struct itimerval){{0, 0}, {0, 1000000}}, 0));
  alarm(10);
  say("alarm: %d", alarm(0));
}
