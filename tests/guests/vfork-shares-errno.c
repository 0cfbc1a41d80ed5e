/* A vfork child's errno is its parent's: they share the thread block. */
#include "guest.h"
int main(void) {
  errno = 0;
  pid_t pid = vfork();
  if (pid == 0) {
    close(-1);
    _exit(0);
  }
  say("parent's errno: %s", errno ? strerrorname_np(errno) : "0");
  reap("child", pid);
  errno = 0;
  pid = fork();
  if (pid == 0) {
    close(-1);
    _exit(errno == EBADF ? 0 : 1);
  }
  waitpid(pid, 0, 0);
  say("after fork: %s", errno ? strerrorname_np(errno) : "0");
  return 0;
}
