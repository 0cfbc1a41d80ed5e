/* An edge-triggered epoll tells once of each write */
#include "guest.h"
#include <sys/epoll.h>
int main(void) {
  int fd[2], ep = epoll_create(1);
  pipe(fd);
  struct epoll_event event = {EPOLLIN | EPOLLET, {.fd = 9}}, got[4];
  write(fd[1], "a", 1);
  epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &event);
  say("at adding: %d", epoll_wait(ep, got, 4, 0));
  say("again: %d", epoll_wait(ep, got, 4, 0));
  write(fd[1], "b", 1);
  write(fd[1], "c", 1);
  {
    long r0 = (long)epoll_wait(ep, got, 4, 0);
    say("after writes: %d %x", (int)r0, got[0].events);
  }
  say("again: %d", epoll_wait(ep, got, 4, 0));
  epoll_ctl(ep, EPOLL_CTL_MOD, fd[0], &event);
  say("after MOD: %d", epoll_wait(ep, got, 4, 0));
  char c[3];
  read(fd[0], c, 3);
  write(fd[1], "d", 1);
  read(fd[0], c, 1);
  say("written and read: %d", epoll_wait(ep, got, 4, 0));
}
