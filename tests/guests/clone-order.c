/* copy_process looks at flags, then at memory and TLS, and publishes the child last: a failure leaves nothing behind. */
#include "guest.h"
static int ptid = -7;
int main(void) {
  int fds_before = dup(0);
  close(fds_before);
  for (int i = 0; i < 3; i++) {
    long pid = syscall(SYS_clone, CLONE_VM | CLONE_VFORK | CLONE_THREAD | CLONE_PARENT_SETTID, 0, &ptid, 0, 0);
    say("%s, ptid %d", pid < 0 ? strerrorname_np(errno) : "a child", ptid);
  }
  int fds_after = dup(0);
  say("same next descriptor %d", fds_before == fds_after);
  say("wait: %s", waitpid(-1, 0, __WALL | WNOHANG) < 0 ? strerrorname_np(errno) : "a child");
  pid_t pid = vfork();
  if (pid == 0) _exit(0);
  reap("and vfork works", pid);
  return 0;
}
