/* timerfd calls refuse unknown clocks, flags and times */
#include "guest.h"
#include <sys/timerfd.h>
#include <time.h>
int main(void) {
  static const int clocks[] = {2, 3, 4, 5, 6, 11, 99, -1};
  for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++)
    TRY("clock", timerfd_create(clocks[i], 0));
  TRY("flags", timerfd_create(CLOCK_MONOTONIC, 1));
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec bad = {{0, 0}, {0, 1000000000}};
  TRY("ns", timerfd_settime(fd, 0, &bad, 0));
  bad = (struct itimerspec){{-1, 0}, {1, 0}};
  TRY("s", timerfd_settime(fd, 0, &bad, 0));
  bad = (struct itimerspec){{0, 0}, {1, 0}};
  TRY("settime flags", timerfd_settime(fd, 8, &bad, 0));
  TRY("not one", timerfd_settime(0, 0, &bad, 0));
  TRY("closed", timerfd_settime(77, 0, &bad, 0));
}
