/* waitid on a pidfd that does not block says EAGAIN while the process lives */
#include "guest.h"
int main(void) {
  int gate[2];
  pipe(gate);
  pid_t child = fork();
  if (child == 0) {
    char c;
    read(gate[0], &c, 1);
    _exit(3);
  }
  int fd = syscall(SYS_pidfd_open, child, O_NONBLOCK);
  siginfo_t info;
  TRY("lives", waitid(3, fd, &info, WEXITED));
  say("WNOHANG: %d", waitid(3, fd, &info, WEXITED | WNOHANG));
  write(gate[1], "", 1);
  close(gate[1]);
  while (waitid(3, fd, &info, WEXITED) != 0 && errno == EAGAIN) sched_yield();
  say("status %d", info.si_status);
  TRY("reaped", waitid(3, fd, &info, WEXITED));
  TRY("no pidfd", waitid(3, 0, &info, WEXITED));
  TRY("closed", waitid(3, 99, &info, WEXITED));
}
