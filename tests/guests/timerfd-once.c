/* A timerfd that is set once expires once and is then off */
#include "guest.h"
#include <sys/timerfd.h>
#include <poll.h>
#include <stdint.h>
int main(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  struct itimerspec its = {{0, 0}, {1000, 0}}, old = {{0, 0}, {0, 0}};
  uint64_t ticks = 0;
  say("settime: %d", timerfd_settime(fd, 0, &its, &old));
  say("old: %d %d", (int)old.it_value.tv_sec, (int)old.it_value.tv_nsec);
  timerfd_gettime(fd, &old);
  say("runs: %d", old.it_value.tv_sec > 500 && old.it_value.tv_sec <= 1000);
  its.it_value = (struct timespec){0, 2000000};
  timerfd_settime(fd, 0, &its, &old);
  say("old: %d", old.it_value.tv_sec > 500 && old.it_value.tv_sec <= 1000);
  struct pollfd p = {fd, POLLIN, 0};
  {
    long r0 = (long)poll(&p, 1, 1000);
    say("poll: %d %x", (int)r0, p.revents);
  }
  {
    long r0 = (long)read(fd, &ticks, 8);
    say("read: %d, %d", (int)r0, (int)ticks);
  }
  timerfd_gettime(fd, &old);
  say("off: %d %d", (int)old.it_value.tv_sec, (int)old.it_value.tv_nsec);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  TRY("again", read(fd, &ticks, 8));
  TRY("short", read(fd, &ticks, 7));
  TRY("write", write(fd, &ticks, 8));
}
