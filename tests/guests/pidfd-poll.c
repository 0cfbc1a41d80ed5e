/* A pidfd is readable once the process has ended */
#include "guest.h"
#include <poll.h>
int main(void) {
  int gate[2];
  pipe(gate);
  pid_t child = fork();
  if (child == 0) {
    char c;
    read(gate[0], &c, 1);
    _exit(5);
  }
  int fd = syscall(SYS_pidfd_open, child, 0);
  struct pollfd p = {fd, POLLIN, 0};
  {
    long r0 = (long)fcntl(fd, F_GETFD);
    long r1 = (long)poll(&p, 1, 0);
    say("cloexec %d, alive: %d", (int)r0, (int)r1);
  }
  write(gate[1], "", 1);
  {
    long r0 = (long)poll(&p, 1, -1);
    say("ended: %d %x", (int)r0, p.revents);
  }
  char c;
  TRY("read", read(fd, &c, 1));
  siginfo_t info = {0};
  {
    long r0 = (long)waitid(3, fd, &info, WEXITED);
    say("waitid: %d, status %d, code %d, pid %d", (int)r0, info.si_status, info.si_code, info.si_pid == child);
  }
  TRY("signal", syscall(SYS_pidfd_send_signal, fd, SIGUSR1, 0, 0));
}
