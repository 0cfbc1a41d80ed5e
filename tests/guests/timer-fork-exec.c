/* A child of fork has none of its parent's POSIX timers */
#include "guest.h"
#include <time.h>
int main(void) {
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, 0, &timer);
  struct itimerspec its = {{0, 0}, {100, 0}}, left;
  timer_settime(timer, 0, &its, 0);
  pid_t child = fork();
  if (child == 0) {
    TRY("child", timer_gettime(timer, &left));
    _exit(0);
  }
  reap("child", child);
  say("parent: %d", timer_gettime(timer, &left));
}
