/* A failed exec leaves the parent of a vfork asleep. */
#include "guest.h"
static volatile int failures, error[4];
int main(void) {
  char *argv[] = {"x", 0}, *env[] = {0};
  pid_t pid = vfork();
  if (pid == 0) {
    execve("/no/such/file", argv, env);
    error[failures++] = errno;
    execve("/tmp", argv, env);
    error[failures++] = errno;
    execve("/proc/self/exe/x", argv, env);
    error[failures++] = errno;
    syscall(SYS_execve, "/proc/self/exe", 8, env);
    error[failures++] = errno;
    let_others_run();
    say("child: after %d failures", failures);
    _exit(127);
  }
  say("parent: %d failures", failures);
  for (int i = 0; i < failures; i++) say("%s", strerrorname_np(error[i]));
  reap("child", pid);
  return 0;
}
