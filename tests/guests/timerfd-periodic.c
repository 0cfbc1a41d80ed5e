/* A periodic timerfd counts the expirations that nobody has read */
#include "guest.h"
#include <sys/timerfd.h>
#include <stdint.h>
#include <time.h>
int main(void) {
  int fd = timerfd_create(CLOCK_REALTIME, 0);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  struct itimerspec its = {{0, 20000000}, {0, 1}};
  timerfd_settime(fd, 0, &its, 0);
  nanosleep(&(struct timespec){0, 70000000}, 0);
  uint64_t ticks = 0;
  read(fd, &ticks, 8);
  clock_gettime(CLOCK_MONOTONIC, &end);
  long most = (end.tv_sec - start.tv_sec) * 50 + (end.tv_nsec - start.tv_nsec) / 20000000 + 2;
  say("several: %d", ticks >= 4 && (long)ticks <= most);
  struct itimerspec now;
  timerfd_gettime(fd, &now);
  say("interval %d, runs %d", (int)now.it_interval.tv_nsec, now.it_value.tv_nsec <= 20000000 && now.it_value.tv_nsec > 0);
  its = (struct itimerspec){{0, 5}, {0, 0}};
  say("stop: %d", timerfd_settime(fd, 0, &its, 0));
  timerfd_gettime(fd, &now);
  say("interval %d, value %d", (int)now.it_interval.tv_nsec, (int)now.it_value.tv_nsec);
}
