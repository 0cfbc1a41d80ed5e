/* What POSIX allows a vfork child works: the returned pid_t, _exit and the exec functions. */
#include "guest.h"
int main(int argc, char **argv) {
  if (argc > 1) return atoi(argv[1]);
  pid_t pid = vfork();
  if (pid == 0) _exit(11);
  reap("_exit", pid);
  pid = vfork();
  if (pid == 0) {
    execl("/proc/self/exe", argv[0], "12", (char *)0);
    _exit(127);
  }
  reap("execl", pid);
  char *child_argv[] = {argv[0], "13", 0};
  pid = vfork();
  if (pid == 0) {
    execv("/proc/self/exe", child_argv);
    _exit(127);
  }
  reap("execv", pid);
  pid = vfork();
  if (pid == 0) {
    execv("/no/such/file", child_argv);
    _exit(127);
  }
  reap("execv of nothing", pid);
  return 0;
}
