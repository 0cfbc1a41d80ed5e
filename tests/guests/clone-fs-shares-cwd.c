/* With CLONE_FS and CLONE_FILES the working directory, the umask and the descriptors are the parent's. */
#include "guest.h"
static int child(void *unused) {
  (void)unused;
  if (chdir("/tmp")) return 1;
  umask(077);
  close(0);
  return dup2(1, 20) == 20 ? 0 : 2;
}
int main(void) {
  char cwd[64];
  if (chdir("/")) return 99;
  umask(022);
  pid_t pid = clone(child, new_stack(), CLONE_VM | CLONE_VFORK | CLONE_FS | CLONE_FILES | SIGCHLD, 0);
  reap("child", pid);
  say("parent in %s, umask %03o, 0 open %d, 20 open %d", getcwd(cwd, sizeof cwd), umask(0), fcntl(0, F_GETFD) >= 0,
      fcntl(20, F_GETFD) >= 0);
  return 0;
}
