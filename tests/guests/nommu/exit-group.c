/* a process's status is what exit_group says, of whichever thread */
#include "nommu.h"
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
static int thread(void *data) {
  (void)data;
  SYS1(__NR_exit_group, 77);
  return 1;
}
int main(int argc, char **argv, char **envp) {
  (void)argv, (void)envp;
  if (argc > 1) {
    clone_call(THREAD, new_stack(), thread, 0, 0, 0, 0);
    for (;;) SYS0(__NR_sched_yield);
  }
  long pid = vfork();
  if (pid == 0) {
    exec_self("x");
    _exit(1);
  }
  reap("child", pid);
  return 300;
}
