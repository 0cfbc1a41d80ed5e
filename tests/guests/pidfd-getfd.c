/* pidfd_getfd opens a descriptor of another process here */
#include "guest.h"
int main(void) {
  int ready[2], gate[2];
  pipe(ready);
  pipe(gate);
  pid_t child = fork();
  if (child == 0) {
    int fd[2];
    pipe(fd);
    write(fd[1], "hello", 5);
    write(ready[1], &fd[0], sizeof fd[0]);
    char c;
    read(gate[0], &c, 1);
    _exit(0);
  }
  int theirs;
  read(ready[0], &theirs, sizeof theirs);
  int pidfd = syscall(SYS_pidfd_open, child, 0);
  int fd = syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
  char text[6] = "";
  {
    long r0 = (long)read(fd, text, 5);
    long r1 = (long)fcntl(fd, F_GETFD);
    say("read %d: %s, cloexec %d", (int)r0, text, (int)r1);
  }
  TRY("closed", syscall(SYS_pidfd_getfd, pidfd, 99, 0));
  TRY("flags", syscall(SYS_pidfd_getfd, pidfd, 0, 1));
  TRY("no pidfd", syscall(SYS_pidfd_getfd, 0, 0, 0));
  write(gate[1], "", 1);
  reap("child", child);
  TRY("gone", syscall(SYS_pidfd_getfd, pidfd, 0, 0));
}
