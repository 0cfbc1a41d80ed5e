/* signalfd changes the mask of one that is there, and refuses other files */
#include "guest.h"
#include <sys/signalfd.h>
#include <poll.h>
int main(void) {
  sigset_t usr1, usr2;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  sigemptyset(&usr2);
  sigaddset(&usr2, SIGUSR2);
  sigprocmask(SIG_BLOCK, &usr1, 0);
  sigprocmask(SIG_BLOCK, &usr2, 0);
  int fd = signalfd(-1, &usr1, 0);
  kill(getpid(), SIGUSR2);
  struct pollfd p = {fd, POLLIN, 0};
  say("other signal: %d", poll(&p, 1, 0));
  say("change: %d", signalfd(fd, &usr2, 0) == fd);
  {
    long r0 = (long)poll(&p, 1, 0);
    say("now: %d %x", (int)r0, p.revents);
  }
  TRY("not one", signalfd(0, &usr1, 0));
  TRY("closed", signalfd(77, &usr1, 0));
  TRY("size", syscall(SYS_signalfd4, -1, &usr1, 4, 0));
  TRY("flags", syscall(SYS_signalfd4, -1, &usr1, 8, 1));
}
