/* epoll gives what became ready first first, and takes turns when not all fit */
#include "guest.h"
#include <sys/epoll.h>
int main(void) {
  int a[2], b[2], c[2], ep = epoll_create1(0);
  pipe(a);
  pipe(b);
  pipe(c);
  struct epoll_event event = {EPOLLIN, {.fd = 'a'}}, got[3];
  epoll_ctl(ep, EPOLL_CTL_ADD, a[0], &event);
  event.data.fd = 'b';
  epoll_ctl(ep, EPOLL_CTL_ADD, b[0], &event);
  event.data.fd = 'c';
  epoll_ctl(ep, EPOLL_CTL_ADD, c[0], &event);
  write(c[1], "", 1);
  write(a[1], "", 1);
  write(b[1], "", 1);
  int n = epoll_wait(ep, got, 3, 0);
  say("%d: %c %c %c", n, got[0].data.fd, got[1].data.fd, got[2].data.fd);
  for (int i = 0; i < 4; i++) {
    n = epoll_wait(ep, got, 2, 0);
    say("%d: %c %c", n, got[0].data.fd, got[1].data.fd);
  }
}
