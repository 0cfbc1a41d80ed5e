/* A one-shot epoll tells once, until it is set again */
#include "guest.h"
#include <sys/epoll.h>
int main(void) {
  int fd[2], ep = epoll_create1(0);
  pipe(fd);
  struct epoll_event event = {EPOLLIN | EPOLLONESHOT, {.fd = 9}}, got[4];
  epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &event);
  write(fd[1], "a", 1);
  {
    long r0 = (long)epoll_wait(ep, got, 4, 0);
    say("first: %d %x", (int)r0, got[0].events);
  }
  write(fd[1], "a", 1);
  say("second: %d", epoll_wait(ep, got, 4, 0));
  epoll_ctl(ep, EPOLL_CTL_MOD, fd[0], &event);
  say("set again: %d", epoll_wait(ep, got, 4, 0));
}
