/* epoll_ctl refuses files, itself, twice the same, and what is not there */
#include "guest.h"
#include <sys/epoll.h>
static volatile unsigned long bad_address = 8;
static volatile int too_many = 0x7fffffff;
int main(void) {
  int fd[2], ep = epoll_create1(0);
  pipe(fd);
  struct epoll_event event = {EPOLLIN, {.fd = 1}}, got[2];
  int file = open("/", O_RDONLY);
  TRY("directory", epoll_ctl(ep, EPOLL_CTL_ADD, file, &event));
  TRY("itself", epoll_ctl(ep, EPOLL_CTL_ADD, ep, &event));
  TRY("no epoll", epoll_ctl(fd[0], EPOLL_CTL_ADD, fd[1], &event));
  TRY("closed epoll", epoll_ctl(77, EPOLL_CTL_ADD, fd[1], &event));
  TRY("closed file", epoll_ctl(ep, EPOLL_CTL_ADD, 77, &event));
  TRY("not there", epoll_ctl(ep, EPOLL_CTL_MOD, fd[0], &event));
  TRY("not there", epoll_ctl(ep, EPOLL_CTL_DEL, fd[0], 0));
  TRY("operation", epoll_ctl(ep, 9, fd[0], &event));
  say("add: %d", epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &event));
  TRY("twice", epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &event));
  TRY("bad event", epoll_ctl(ep, EPOLL_CTL_MOD, fd[0], (void *)bad_address));
  say("dup: %d", epoll_ctl(ep, EPOLL_CTL_ADD, dup(fd[0]), &event));
  TRY("no events", epoll_wait(ep, got, 0, 0));
  TRY("many events", epoll_wait(ep, got, too_many, 0));
  TRY("no epoll", epoll_wait(fd[0], got, 1, 0));
  TRY("size", epoll_create(0));
  TRY("flags", epoll_create1(1));
  event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
  TRY("exclusive oneshot", epoll_ctl(ep, EPOLL_CTL_ADD, fd[1], &event));
  event.events = EPOLLOUT | EPOLLEXCLUSIVE;
  say("exclusive: %d", epoll_ctl(ep, EPOLL_CTL_ADD, fd[1], &event));
  event.events = EPOLLOUT;
  TRY("modified", epoll_ctl(ep, EPOLL_CTL_MOD, fd[1], &event));
  {
    long r0 = (long)epoll_wait(ep, got, 1, 0);
    say("ready: %d %x", (int)r0, got[0].events);
  }
}
