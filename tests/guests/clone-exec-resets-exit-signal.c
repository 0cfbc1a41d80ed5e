/* exec sets a child's exit signal back to SIGCHLD: then it is waited for without __WCLONE. */
#include "guest.h"
int main(int argc, char **argv) {
  if (argc > 1) return 5;
  char *child_argv[] = {argv[0], "child", 0}, *env[] = {0};
  pid_t pid = syscall(SYS_clone, CLONE_VFORK, 0, 0, 0, 0);
  if (pid == 0) {
    execve("/proc/self/exe", child_argv, env);
    _exit(127);
  }
  int status = 0;
  say("__WCLONE: %s", waitpid(pid, 0, __WCLONE) < 0 ? strerrorname_np(errno) : "reaped");
  say("no option: %s", waitpid(pid, &status, 0) == pid ? "reaped" : strerrorname_np(errno));
  say_status("child", status);
  return 0;
}
