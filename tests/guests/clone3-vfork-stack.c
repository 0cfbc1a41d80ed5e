/* clone3 with CLONE_VM, CLONE_VFORK and a stack's lowest address blocks its caller, as posix_spawn uses it. */
#include "guest.h"
#include <linux/sched.h>
#include <spawn.h>
int main(int argc, char **argv) {
  if (argc > 1) {
    say("spawned: %s", argv[1]);
    return 8;
  }
  char *child_argv[] = {argv[0], "hello", 0}, *env[] = {0};
  pid_t pid = -1;
  int error = posix_spawn(&pid, "/proc/self/exe", 0, 0, child_argv, env);
  reap("child", pid);
  say("posix_spawn: %s", error ? strerrorname_np(error) : "0");
  error = posix_spawn(&pid, "/no/such/file", 0, 0, child_argv, env);
  say("posix_spawn of nothing: %s", error ? strerrorname_np(error) : "0");
  say("wait: %s", waitpid(-1, 0, 0) < 0 ? strerrorname_np(errno) : "a child");
  return 0;
}
