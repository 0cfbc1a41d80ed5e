/* signalfd gives blocked signals with who sent them, instead of a handler */
#include "guest.h"
#include <sys/signalfd.h>
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN + 1);
  sigprocmask(SIG_BLOCK, &set, 0);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  struct signalfd_siginfo info[4];
  TRY("none", read(fd, info, sizeof info));
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 7});
  sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 8});
  int n = read(fd, info, sizeof info);
  say("%d", n / (int)sizeof *info);
  for (int i = 0; i < n / (int)sizeof *info; i++)
    say("signo %d, code %d, mine %d, int %d", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_pid == (unsigned)getpid(), info[i].ssi_int);
  TRY("short", read(fd, info, 127));
}
