/* A vfork child has its own table of descriptors: what it opens, closes or duplicates stays its own. */
#include "guest.h"
int main(void) {
  int fd[2];
  if (pipe(fd)) return 99;
  fcntl(fd[0], F_SETFD, 0);
  pid_t pid = vfork();
  if (pid == 0) {
    int bad = close(fd[1]);
    int opened = dup(1);
    bad |= dup2(1, 20) != 20;
    bad |= fcntl(fd[0], F_SETFD, FD_CLOEXEC);
    _exit(bad ? 1 : opened == fd[1] ? 0 : 2);
  }
  reap("child", pid);
  say("write end open %d, 20 open %d, close-on-exec %d", fcntl(fd[1], F_GETFD) >= 0, fcntl(20, F_GETFD) >= 0,
      fcntl(fd[0], F_GETFD));
  say("wrote %zd", write(fd[1], "x", 1));
  return 0;
}
