/* CLONE_PIDFD gives the parent a close-on-exec descriptor of the child, which becomes readable at its end; the child has none. */
#include "threads.h"
#include <poll.h>
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
struct arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};
int main(void) {
  int fd = -1, go[2];
  pipe(go);
  struct arguments arguments = {.flags = CLONE_PIDFD, .pidfd = (uintptr_t)&fd, .exit_signal = SIGCHLD};
  pid_t pid = syscall(435, &arguments, sizeof arguments);
  if (pid == 0) {
    char byte;
    read(go[0], &byte, 1);
    say("child: %s", result(fcntl(5, F_GETFD)));
    _exit(5);
  }
  struct pollfd poller = {fd, POLLIN, 0};
  say("descriptor %d, close-on-exec %d, readable %d", fd, fcntl(fd, F_GETFD), poll(&poller, 1, 0));
  write(go[1], "", 1);
  say("at its end: %d", poll(&poller, 1, -1));
  siginfo_t info;
  int back = waitid((idtype_t)3, fd, &info, WEXITED);
  say("waitid: %s, status %d", result(back), info.si_status);
  close(fd);
  arguments.pidfd = 64;
  say("unwritable: %s", result(syscall(435, &arguments, sizeof arguments)));
  struct rlimit limit = {5, 5};
  setrlimit(RLIMIT_NOFILE, &limit);
  arguments.pidfd = (uintptr_t)&fd;
  say("no descriptor left: %s", result(syscall(435, &arguments, sizeof arguments)));
  say("no child: %s", result(waitpid(-1, 0, 0)));
  return 0;
}
