/* pidfd_send_signal sends to the process of the descriptor */
#include "guest.h"
int main(void) {
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  int fd = syscall(SYS_pidfd_open, child, 0);
  say("zero: %ld", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
  TRY("signal 99", syscall(SYS_pidfd_send_signal, fd, 99, 0, 0));
  TRY("no pidfd", syscall(SYS_pidfd_send_signal, 0, SIGTERM, 0, 0));
  TRY("closed", syscall(SYS_pidfd_send_signal, 77, SIGTERM, 0, 0));
  siginfo_t info = {.si_signo = SIGTERM, .si_code = SI_USER};
  TRY("forged", syscall(SYS_pidfd_send_signal, fd, SIGTERM, &info, 0));
  info.si_code = SI_QUEUE;
  TRY("other number", syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0));
  say("send: %ld", syscall(SYS_pidfd_send_signal, fd, SIGTERM, &info, 0));
  reap("child", child);
  TRY("negative", syscall(SYS_pidfd_open, -1, 0));
  TRY("gone", syscall(SYS_pidfd_open, child, 0));
  TRY("flags", syscall(SYS_pidfd_open, getpid(), 1));
}
