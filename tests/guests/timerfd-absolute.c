/* A timerfd that is set to an instant that is over expires at once */
#include "guest.h"
#include <sys/timerfd.h>
#include <stdint.h>
#include <time.h>
int main(void) {
  static const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};
  for (int i = 0; i < 3; i++) {
    int fd = timerfd_create(clocks[i], 0);
    struct itimerspec its = {{0, 0}, {0, 1}};
    uint64_t ticks = 0;
    int set = timerfd_settime(fd, TFD_TIMER_ABSTIME, &its, 0);
    {
      long r0 = (long)read(fd, &ticks, 8);
      say("past: %d, %d, %d", set, (int)r0, (int)ticks);
    }
    struct timespec now;
    clock_gettime(clocks[i], &now);
    its.it_value = (struct timespec){now.tv_sec + 1000, now.tv_nsec};
    timerfd_settime(fd, TFD_TIMER_ABSTIME, &its, 0);
    timerfd_gettime(fd, &its);
    say("within that time: %d", its.it_value.tv_sec > 500 && its.it_value.tv_sec <= 1000);
  }
}
