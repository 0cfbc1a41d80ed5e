/* a clone with CLONE_VM runs beside its parent on a stack of its own; flags that do not go together are EINVAL */
#include "nommu.h"
static volatile int stage;
static int child(void *data) {
  while (stage != 1) SYS0(__NR_sched_yield);
  stage = 2;
  return (int)(long)data;
}
int main(int argc, char **argv, char **envp) {
  (void)argc, (void)argv, (void)envp;
  long pid = clone_call(CLONE_VM | SIGCHLD, new_stack(), child, (void *)13, 0, 0, 0);
  stage = 1;
  while (stage != 2) SYS0(__NR_sched_yield);
  reap("beside", pid);
  tell("CLONE_THREAD without CLONE_SIGHAND", clone_call(CLONE_VM | CLONE_THREAD, new_stack(), child, 0, 0, 0, 0));
  tell("CLONE_SIGHAND without CLONE_VM", clone_call(CLONE_SIGHAND, new_stack(), child, 0, 0, 0, 0));
  tell("CLONE_NEWNS with CLONE_FS", clone_call(CLONE_VM | CLONE_NEWNS | CLONE_FS, new_stack(), child, 0, 0, 0, 0));
  return 0;
}
