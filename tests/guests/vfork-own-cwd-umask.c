/* A vfork child's working directory and umask are its own. */
#include "guest.h"
static char child_cwd[64];
int main(void) {
  char cwd[64];
  if (chdir("/")) return 99;
  umask(022);
  pid_t pid = vfork();
  if (pid == 0) {
    if (chdir("/tmp")) _exit(1);
    umask(077);
    _exit(getcwd(child_cwd, sizeof child_cwd) ? 0 : 2);
  }
  reap("child", pid);
  say("child in %s, parent in %s, parent's umask %03o", child_cwd, getcwd(cwd, sizeof cwd), umask(0));
  return 0;
}
