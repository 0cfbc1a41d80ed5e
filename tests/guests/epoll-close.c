/* A file leaves its epolls when its last descriptor is closed */
#include "guest.h"
#include <sys/epoll.h>
int main(void) {
  int fd[2], ep = epoll_create1(0);
  pipe(fd);
  struct epoll_event event = {EPOLLIN, {.fd = 5}}, got;
  epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &event);
  int copy = dup(fd[0]);
  write(fd[1], "", 1);
  close(fd[0]);
  {
    long r0 = (long)epoll_wait(ep, &got, 1, 0);
    say("a copy is open: %d %d", (int)r0, got.data.fd);
  }
  close(copy);
  say("none: %d", epoll_wait(ep, &got, 1, 0));
}
