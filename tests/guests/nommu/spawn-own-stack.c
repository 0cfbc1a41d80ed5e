/* CLONE_VM and CLONE_VFORK with a stack of the child's own, as posix_spawn does it: an error is told through memory */
#include "nommu.h"
struct job { const char *path; long error; };
static int child(void *data) {
  struct job *job = data;
  const char *argv[] = {"spawned", "argument", 0}, *envp[] = {0};
  job->error = SYS3(__NR_execve, job->path, argv, envp);
  return 127;
}
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) {
    say("spawned");
    return 21;
  }
  struct job good = {"/proc/self/exe", 0}, bad = {"/none", 0};
  void *stack = new_stack();
  long pid = clone_call(CLONE_VM | CLONE_VFORK | SIGCHLD, stack, child, &good, 0, 0, 0);
  reap("good", pid);
  tell("error", good.error);
  pid = clone_call(CLONE_VM | CLONE_VFORK | SIGCHLD, stack, child, &bad, 0, 0, 0);
  tell("error", bad.error);
  reap("bad", pid);
  return 0;
}
