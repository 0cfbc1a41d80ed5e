/* An epoll in an epoll is readable when something in it is, and a circle is refused */
#include "guest.h"
#include <sys/epoll.h>
#include <poll.h>
int main(void) {
  int fd[2], inner = epoll_create1(0), outer = epoll_create1(0);
  pipe(fd);
  struct epoll_event event = {EPOLLIN, {.fd = 1}}, got;
  epoll_ctl(inner, EPOLL_CTL_ADD, fd[0], &event);
  say("add: %d", epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event));
  TRY("circle", epoll_ctl(inner, EPOLL_CTL_ADD, outer, &event));
  say("quiet: %d", epoll_wait(outer, &got, 1, 0));
  write(fd[1], "", 1);
  {
    long r0 = (long)epoll_wait(outer, &got, 1, 0);
    say("ready: %d %x", (int)r0, got.events);
  }
  struct pollfd p = {outer, POLLIN, 0};
  {
    long r0 = (long)poll(&p, 1, 0);
    say("poll: %d %x", (int)r0, p.revents);
  }
  char c;
  read(fd[0], &c, 1);
  {
    long r0 = (long)epoll_wait(outer, &got, 1, 0);
    long r1 = (long)poll(&p, 1, 0);
    say("quiet: %d %d", (int)r0, (int)r1);
  }
  int chain = outer, depth = 2, bad = 0;
  while (depth < 10) {
    int next = epoll_create1(0);
    bad = epoll_ctl(next, EPOLL_CTL_ADD, chain, &event);
    if (bad) break;
    chain = next;
    depth++;
  }
  say("deepest: %d, then %s", depth, bad ? strerrorname_np(errno) : "none");
}
