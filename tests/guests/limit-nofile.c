/* RLIMIT_NOFILE is EMFILE for whatever opens a descriptor */
#include "guest.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
int main(void) {
  struct rlimit limit = {4, 4};
  setrlimit(RLIMIT_NOFILE, &limit);
  TRY("last", eventfd(0, 0));
  TRY("eventfd", eventfd(0, 0));
  TRY("timerfd", timerfd_create(CLOCK_MONOTONIC, 0));
  TRY("epoll", epoll_create1(0));
  TRY("pidfd", syscall(SYS_pidfd_open, getpid(), 0));
  TRY("memfd", syscall(SYS_memfd_create, "x", 0));
  TRY("dup", dup(0));
  int fd[2];
  TRY("pipe", pipe(fd));
  TRY("open", open("/", O_RDONLY));
}
