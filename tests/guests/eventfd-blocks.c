/* A read of an empty eventfd waits for a write of another process */
#include "guest.h"
#include <sys/eventfd.h>
#include <poll.h>
#include <stdint.h>
int main(void) {
  int fd = eventfd(0, 0);
  uint64_t value = 5;
  pid_t child = fork();
  if (child == 0) {
    let_others_run();
    write(fd, &value, 8);
    _exit(0);
  }
  struct pollfd p = {fd, POLLIN | POLLOUT, 0};
  poll(&p, 1, 0);
  say("before: %x", p.revents == (POLLIN | POLLOUT) ? POLLOUT : p.revents);
  value = 0;
  read(fd, &value, 8);
  say("read %d", (int)value);
  p.events = POLLIN;
  say("poll: %d", poll(&p, 1, 0));
  reap("child", child);
}
