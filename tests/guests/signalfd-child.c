/* A read of a signalfd waits for SIGCHLD and tells the child's status */
#include "guest.h"
#include <sys/signalfd.h>
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, 0);
  int fd = signalfd(-1, &set, 0);
  pid_t child = fork();
  if (child == 0) {
    let_others_run();
    _exit(7);
  }
  struct signalfd_siginfo info;
  int n = read(fd, &info, sizeof info);
  say("%d: signo %d, code %d, status %d, pid %d", n, info.ssi_signo, info.ssi_code, info.ssi_status, info.ssi_pid == (unsigned)child);
  reap("child", child);
}
