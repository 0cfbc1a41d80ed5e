/* A level-triggered epoll tells of a readable pipe until it is empty */
#include "guest.h"
#include <sys/epoll.h>
int main(void) {
  int fd[2], ep = epoll_create1(EPOLL_CLOEXEC);
  pipe(fd);
  struct epoll_event event = {EPOLLIN, {.u64 = 0x123456789abcdefull}}, got[4];
  say("add: %d", epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &event));
  say("empty: %d", epoll_wait(ep, got, 4, 0));
  write(fd[1], "ab", 2);
  for (int i = 0; i < 2; i++) {
    int n = epoll_wait(ep, got, 4, -1);
    say("%d: %x %llx", n, got[0].events, (unsigned long long)got[0].data.u64);
  }
  char c[2];
  read(fd[0], c, 2);
  say("empty: %d", epoll_wait(ep, got, 4, 0));
  close(fd[1]);
  {
    long r0 = (long)epoll_wait(ep, got, 4, 0);
    say("hang-up: %d %x", (int)r0, got[0].events);
  }
}
