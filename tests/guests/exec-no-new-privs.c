/* PR_SET_NO_NEW_PRIVS, and sharing one's directories, keep a set-user-id program from its owner's rights */
#include "guest.h"
#include <grp.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
static char path[64];
static void run(const char *what, int no_new_privs, long clone_flags) {
  pid_t child = fork();
  if (child == 0) {
    setgid(1000);
    setgroups(0, 0);
    setuid(1000);
    if (no_new_privs) TRY("no new privileges", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    pid_t runner = syscall(SYS_clone, clone_flags | SIGCHLD, 0, 0, 0, 0);
    if (runner == 0) {
      execl(path, "guest", what, (char *)0);
      _exit(1);
    }
    reap(what, runner);
    _exit(0);
  }
  waitpid(child, 0, 0);
}
int main(int argc, char **argv) {
  if (argc > 1) {
    say("%s: uid %d %d, gid %d %d, secure %lu, flag %d", argv[1], getuid(), geteuid(), getgid(), getegid(), getauxval(AT_SECURE),
        (int)prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    return 0;
  }
  mkdir("/tmp", 01777);
  snprintf(path, sizeof path, "/tmp/exec-nnp.%d", getpid());
  unlink(path);
  int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_WRONLY | O_CREAT | O_EXCL, 0755);
  while (sendfile(to, from, 0, 1 << 20) > 0) {}
  close(to);
  chown(path, 1234, 5678);
  chmod(path, 06755);
  run("as it is", 0, 0);
  run("no new privileges", 1, 0);
  run("shared fs", 0, CLONE_FS);
  run("shared memory only", 0, CLONE_FILES);
  unlink(path);
}
