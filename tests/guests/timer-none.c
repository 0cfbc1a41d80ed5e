/* A timer without notification only counts down */
#include "guest.h"
#include <time.h>
int main(void) {
  struct sigevent event = {.sigev_notify = SIGEV_NONE};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec its = {{0, 0}, {1000, 0}}, left = {{0, 0}, {0, 0}};
  timer_settime(timer, 0, &its, 0);
  timer_gettime(timer, &left);
  say("counts: %d", left.it_value.tv_sec <= 1000 && left.it_value.tv_sec > 500);
  its = (struct itimerspec){{0, 0}, {0, 1000}};
  timer_settime(timer, 0, &its, &left);
  say("old: %d", left.it_value.tv_sec <= 1000 && left.it_value.tv_sec > 500);
  nanosleep(&(struct timespec){0, 1000000}, 0);
  timer_gettime(timer, &left);
  say("over: %d %d", (int)left.it_value.tv_sec, (int)left.it_value.tv_nsec);
}
