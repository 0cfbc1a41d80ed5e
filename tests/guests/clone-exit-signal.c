/* A child whose exit signal is not SIGCHLD is waited for with __WCLONE or __WALL only. */
#include "guest.h"
static pid_t start(unsigned long exit_signal) {
  pid_t pid = syscall(SYS_clone, exit_signal, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  return pid;
}
static void wait_with(const char *what, int options, pid_t pid) {
  int status;
  pid_t got = waitpid(pid, &status, options);
  say("%s: %s", what, got > 0 ? "reaped" : strerrorname_np(errno));
}
int main(void) {
  pid_t pid = start(0);
  wait_with("exit signal 0, no option", 0, pid);
  wait_with("exit signal 0, __WCLONE", __WCLONE, pid);
  pid = start(0);
  wait_with("exit signal 0, __WALL", __WALL, pid);
  pid = start(SIGCHLD);
  wait_with("SIGCHLD, __WCLONE", __WCLONE, pid);
  wait_with("SIGCHLD, no option", 0, pid);
  pid = start(255);
  wait_with("exit signal 255, no option", 0, pid);
  wait_with("exit signal 255, __WCLONE", __WCLONE, pid);
  wait_with("nobody", __WALL, -1);
  return 0;
}
